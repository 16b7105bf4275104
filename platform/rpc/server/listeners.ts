import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { askForAnother, endAtAge, type Connection } from './connection-age.ts';
import { refuseUnread } from './unread.ts';

/** How long a connection that takes part in no call may be silent once the listener is closed. */
const silenceMs = 500;

/** A listening socket that can be closed without cutting anybody off. */
export interface Listener {
  /** Opens; returns its URL. */
  readonly open: (host: string, port: number) => Promise<string>;
  /** Still takes calls, but asks for every client to come by another connection. */
  readonly retire: () => void;
  /** Takes no more calls; resolves when the ones in flight have been answered. */
  readonly close: () => Promise<void>;
  /** Cuts what is left. */
  readonly cut: () => void;
}

/** Connections that wait to be taken while the loop is busy; beyond them the kernel drops some, which costs those seconds. */
const backlog = 4096;

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen({ port, host, backlog });
  await once(server, 'listening');
  const address = server.address();
  const actual = isAddress(address) ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  return promise;
}

/** HTTP/1.1. Idle keep-alive connections outlive those of the proxies in front (60 s), so that we never close first. */
export function httpListener(answer: RequestListener): Listener {
  let retiring = false;
  let closing = false;
  const answering = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const retire = (): void => {
    retiring = true;
    for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
  };
  const server = createHttpServer(
    { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 },
    (request, response) => {
      answering.add(response);
      response.once('close', () => {
        answering.delete(response);
        if (closing) setImmediate(() => server.closeIdleConnections());
      });
      if (retiring) response.setHeader('connection', 'close');
      answer(request, response);
    },
  );
  server.on('clientError', refuseUnread);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const letGoOfSilent = (): void => {
    const busy = new Set([...answering].map(({ req }) => req.socket));
    for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
  };
  return {
    open: (host, port) => listen(server, host, port),
    retire,
    close: async () => {
      retire();
      closing = true;
      // Right after the loop has accepted what waited: the system resets connections that nobody accepted.
      await setImmediatePromise();
      const done = closed(server);
      server.closeIdleConnections();
      // A connection that never said anything is not idle in Node's eyes, and would hold the stop up.
      // After a read, since what it says may have waited longer than that for a busy process.
      const silent = setTimeout(() => setImmediate(letGoOfSilent), silenceMs);
      await done;
      clearTimeout(silent);
    },
    cut: () => server.closeAllConnections(),
  };
}

/**
 * HTTP/2 without TLS (prior knowledge). Retiring sends a first GOAWAY that refuses nothing, so that clients take their
 * next calls elsewhere while those on their way still get in; closing sends the final one. Each connection is let go of
 * at `maxAgeSeconds` in the same manner (0: never), so that a balancer of connections evens out calls too.
 */
export function h2cListener(
  answer: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  maxAgeSeconds = 0,
): Listener {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: 1000 } }, answer);
  const connections = new Set<Connection>();
  let arriving: Socket | undefined;
  // Before Node's own listener, which makes the session.
  server.prependListener('connection', (socket: Socket) => {
    arriving = socket;
  });
  server.on('session', (session) => {
    if (arriving === undefined) return;
    const connection = { session, socket: arriving };
    connections.add(connection);
    endAtAge(connection, maxAgeSeconds);
    session.once('close', () => connections.delete(connection));
  });
  // A broken peer's session error is the peer's trouble.
  server.on('sessionError', () => undefined);
  return {
    open: (host, port) => listen(server, host, port),
    retire: () => {
      for (const connection of connections) askForAnother(connection);
    },
    close: async () => {
      await setImmediatePromise();
      const done = closed(server);
      for (const { session } of connections) session.close();
      await done;
    },
    cut: () => {
      for (const { session } of connections) session.destroy();
    },
  };
}
