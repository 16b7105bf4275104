import { connect, createServer, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** One call from the worker to a service that the wire has in hand. */
export interface Passing {
  /** For example `wallet.FundsService/Hold`. */
  readonly method: string;
  /** Sends the call to the service and resolves with the answer. May be called several times, and late. */
  readonly deliver: () => Promise<Answer>;
  /** Resolves when the worker no longer waits, because its deadline has passed or it has died. */
  readonly abandoned: Promise<void>;
  readonly mentions: (id: string) => boolean;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/** Decides what happens to a call. Gives the answer for the worker, or `lost`: then the worker's stream is reset. */
export type Hazard = (passing: Passing) => Promise<Answer | 'lost'>;

/** A proxy for unary gRPC calls between the worker and the services. A hazard decides about each call. */
export interface Wire {
  /** The address at which the worker finds all services. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** @param serviceUrl gives the h2c address of a role's service */
export async function openWire(serviceUrl: (role: string) => string, hazard: Hazard): Promise<Wire> {
  const sessions = new Map<string, ClientHttp2Session>();
  function sessionTo(url: string): ClientHttp2Session {
    const known = sessions.get(url);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const session = connect(url);
    session.on('error', () => undefined);
    sessions.set(url, session);
    return session;
  }

  const server = createServer();
  const incoming = new Set<{ destroy: () => void }>();
  server.on('session', (session) => {
    incoming.add(session);
    session.on('error', () => undefined);
    session.once('close', () => incoming.delete(session));
  });
  server.on('stream', (stream, headers) => {
    void pass(stream, headers).catch(() => stream.close());
  });

  async function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    stream.on('error', () => undefined);
    const abandoned = new Promise<void>((resolve) => stream.once('close', resolve));
    const body = await readAll(stream);
    const path = String(headers[':path']);
    const [, role = '', method = ''] = /^\/ecommerce\.(\w+)\.internal\.v1\.(.+)$/.exec(path) ?? [];
    const answer = await hazard({
      method: `${role}.${method}`,
      deliver: () => roundTrip(sessionTo(serviceUrl(role)), headers, body),
      abandoned,
      mentions: (id) => body.includes(id),
    });
    if (stream.destroyed) return;
    if (answer === 'lost') stream.close(2);
    else reply(stream, answer);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const session of incoming) session.destroy();
      for (const session of sessions.values()) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function roundTrip(session: ClientHttp2Session, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
  const request = session.request(withoutConnection(headers));
  const answer = { headers: {}, trailers: {} };
  request.once('response', (received) => Object.assign(answer.headers, received));
  request.once('trailers', (received) => Object.assign(answer.trailers, received));
  request.end(body);
  return { ...answer, body: await readAll(request) };
}

function reply(stream: ServerHttp2Stream, { headers, body, trailers }: Answer): void {
  stream.respond(withoutConnection(headers), { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

/** Headers without `:authority` and `date`, which Node adds by itself. */
function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== ':authority' && name !== 'date'));
}
