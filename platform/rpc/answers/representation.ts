import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { codingFor, type Coding } from './coding.ts';
import { etagOf } from './conditional.ts';

/** The bytes of an answer in one coding, and the strong ETag of exactly these bytes. */
export interface Coded {
  readonly coding: Coding;
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Below this, a compressed answer saves nothing: it fits into one packet anyway. */
const fewestBytes = 1024;
const brotliQuality = 4;
const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);

function compress(coding: Coding, bytes: Buffer): Promise<Buffer> {
  if (coding === 'gzip') return gzipAsync(bytes);
  return brotliAsync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

/** An answer as it is sent. Each compressed form is made once, when the first client takes it. */
export class Representation {
  readonly contentType: string;
  readonly plain: Coded;
  readonly #compressed = new Map<Coding, Coded>();
  readonly #pending = new Map<Coding, Promise<Coded>>();

  /** @param resourceEtag of the one resource in the answer */
  constructor(contentType: string, bytes: Buffer, resourceEtag?: string) {
    this.contentType = contentType;
    // A strong ETag differs between codings, because their bytes do.
    this.plain = { coding: 'identity', bytes, etag: etagOf(bytes, resourceEtag) };
  }

  /** The form for a client's `Accept-Encoding`; a promise while it is being made. */
  for(acceptEncoding: string | undefined): Coded | Promise<Coded> {
    const coding = this.plain.bytes.length < fewestBytes ? 'identity' : codingFor(acceptEncoding);
    if (coding === 'identity') return this.plain;
    return this.#compressed.get(coding) ?? this.#pending.get(coding) ?? this.#make(coding);
  }

  #make(coding: Coding): Promise<Coded> {
    const etag = `${this.plain.etag.slice(0, -1)}-${coding}"`;
    const made = compress(coding, this.plain.bytes).then((bytes) => {
      const form = { coding, bytes, etag };
      this.#compressed.set(coding, form);
      return form;
    });
    const forget = () => void this.#pending.delete(coding);
    made.then(forget, forget);
    this.#pending.set(coding, made);
    return made;
  }
}
