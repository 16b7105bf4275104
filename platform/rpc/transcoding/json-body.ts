import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';
import { malformed } from '../json/malformed.ts';
import type { ArrivingBody } from '../overload/arriving-body.ts';
import { mediaTypeOf } from '../server/content-type.ts';
import { jsonText, parseJson, refuseRepeatedKeys } from '../json/parse.ts';

const gunzipAsync = promisify(gunzip);

function tooLarge(limit: number): AppError {
  const message = `a request body may have at most ${limit} bytes`;
  return new AppError('resource_exhausted', 'BODY_TOO_LARGE', message, { kind: 'definitive' });
}

async function readBytes(request: IncomingMessage, limit: number, receive: () => ArrivingBody): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  // Most bodies come in one packet with the head, and Node has taken them in by now.
  await Promise.resolve();
  if (request.complete) return readAll(request, limit);
  const arriving = receive();
  try {
    for await (const chunk of request) {
      const bytes = asBuffer(chunk);
      if (arriving.size + bytes.length > limit) throw tooLarge(limit);
      arriving.add(bytes);
    }
    return arriving.bytes;
  } finally {
    arriving.end();
  }
}

/** The body of a request that has been received completely. */
function readAll(request: IncomingMessage, limit: number): Buffer {
  const bytes = asBuffer(request.read() ?? Buffer.alloc(0));
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

function asBuffer(chunk: unknown): Buffer {
  if (!Buffer.isBuffer(chunk)) throw new TypeError('the request has an encoding set');
  return chunk;
}

async function decompress(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') {
    throw new AppError('invalid_argument', 'UNSUPPORTED_CONTENT_ENCODING', 'the body may be compressed with gzip only');
  }
  try {
    return await gunzipAsync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed([], 'the body is not what its Content-Encoding says', error);
  }
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(bytes: Buffer): JsonValue {
  const text = jsonText(bytes);
  const value = parseJson(text);
  refuseRepeatedKeys(text);
  return value;
}

const jsonType = /^application\/(?:[\w.-]+\+)?json$/;

/**
 * Reads the JSON body of a request; undefined if there is none.
 * @param limit in bytes, also after decompression
 * @param receive called if the body is still on its way
 * @throws 413 BODY_TOO_LARGE, 415 UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST, OVERLOADED
 */
export async function readJsonBody(
  request: IncomingMessage,
  limit: number,
  receive: () => ArrivingBody,
): Promise<JsonValue | undefined> {
  const raw = await readBytes(request, limit, receive);
  if (raw.length === 0) return undefined;
  if (!jsonType.test(mediaTypeOf(request.headers['content-type']) ?? '')) {
    throw new AppError('invalid_argument', 'UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json in UTF-8');
  }
  const bytes = await decompress(raw, request.headers['content-encoding']?.trim().toLowerCase(), limit);
  return bytes.length === 0 ? undefined : parse(bytes);
}

/** The body as an object, for `body: "*"`. */
export function asObject(body: JsonValue | undefined): JsonObject {
  if (body === undefined) return {};
  if (!isJsonObject(body)) throw malformed([], 'the body must be a JSON object');
  return body;
}
