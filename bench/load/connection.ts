import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Empty if the connection does not keep bodies. */
  readonly body: Buffer;
  readonly bodyBytes: number;
}

export interface ConnectionOptions {
  /** False: bodies are only counted, which is cheaper. Default true. */
  readonly keepBodies?: boolean;
}

const longestAnswerMs = 15_000;
const readBytes = 256 * 1024;
const endOfHead = '\r\n\r\n';

/**
 * One HTTP/1.1 connection, which carries one request at a time. It does just what a load needs, because the load shares
 * the processors with what it measures: Node's own client costs several times as much.
 */
export class Connection {
  readonly #host: string;
  readonly #port: number;
  readonly #keepBodies: boolean;
  #socket: Socket | undefined;
  #reply: PromiseWithResolvers<Answer> | undefined;
  #reader: Reader | undefined;

  constructor(baseUrl: string, { keepBodies = true }: ConnectionOptions = {}) {
    const { hostname, port } = new URL(baseUrl);
    this.#host = hostname;
    this.#port = Number(port);
    this.#keepBodies = keepBodies;
  }

  /** @param request head and body, as they go over the wire. @throws Error if there is no whole answer within 15 s */
  send(request: Buffer): Promise<Answer> {
    if (this.#reply !== undefined) throw new Error('the connection is in use');
    const reply = Promise.withResolvers<Answer>();
    this.#reply = reply;
    this.#reader = createReader(this.#keepBodies);
    this.#socket ??= this.#open();
    this.#socket.write(request);
    return reply.promise;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#fail(new Error('the connection was closed'));
  }

  #open(): Socket {
    const onread = {
      buffer: Buffer.allocUnsafe(readBytes),
      callback: (count: number, data: Uint8Array) => this.#read(count, data),
    };
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true, onread });
    socket.setTimeout(longestAnswerMs, () => {
      if (this.#reply !== undefined) socket.destroy(new Error('no answer within 15 s'));
    });
    let cause: Error | undefined;
    socket.on('error', (error) => (cause = error));
    socket.on('close', () => {
      // The next request may already use another socket.
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#fail(cause ?? new Error('the server closed the connection'));
    });
    return socket;
  }

  #read(count: number, data: Uint8Array): boolean {
    const bytes = Buffer.from(data.buffer, data.byteOffset, count);
    const answer = this.#reader?.(bytes);
    if (answer === undefined) return true;
    const reply = this.#reply;
    this.#reply = undefined;
    if (answer.isLast) this.close();
    reply?.resolve(answer);
    return true;
  }

  #fail(error: Error): void {
    const reply = this.#reply;
    this.#reply = undefined;
    reply?.reject(error);
  }
}

interface ReadAnswer extends Answer {
  /** The server closes the connection after this answer. */
  readonly isLast: boolean;
}

type Reader = (bytes: Buffer) => ReadAnswer | undefined;

interface Head {
  readonly status: number;
  readonly isLast: boolean;
  /** Undefined: the body comes in chunks. */
  readonly length: number | undefined;
}

/** Reads one answer. Each call gets bytes that are overwritten afterwards, and gives the answer once it is whole. */
function createReader(keepBody: boolean): Reader {
  let head: Head | undefined;
  let before = Buffer.alloc(0);
  const kept: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer) => {
    length += bytes.length;
    if (bytes.length > 0 && (keepBody || head?.length === undefined)) kept.push(Buffer.from(bytes));
  };
  return (bytes) => {
    if (head === undefined) {
      const all = before.length === 0 ? bytes : Buffer.concat([before, bytes]);
      const end = all.indexOf(endOfHead);
      if (end === -1) {
        before = Buffer.from(all);
        return undefined;
      }
      head = parseHead(all.toString('latin1', 0, end));
      take(all.subarray(end + endOfHead.length));
    } else take(bytes);
    const { status, isLast } = head;
    if (head.length !== undefined) {
      if (length < head.length) return undefined;
      return { status, isLast, body: Buffer.concat(kept), bodyBytes: length };
    }
    const body = withoutChunks(Buffer.concat(kept));
    return body === undefined ? undefined : { status, isLast, body, bodyBytes: body.length };
  };
}

function parseHead(text: string): Head {
  const status = Number(text.slice(9, 12));
  const isLast = /^connection: *close/im.test(text);
  if (/^transfer-encoding: *chunked/im.test(text)) return { status, isLast, length: undefined };
  return { status, isLast, length: Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0) };
}

/** The body of a chunked answer; undefined while it is not whole. */
function withoutChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
