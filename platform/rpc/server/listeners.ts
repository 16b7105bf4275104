import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { closeGracefully, endAtAge, lifeMsOf, requestReconnect, type Connection } from './connection-age.ts';
import { ownPort, type ConnectionsOf } from './connections.ts';
import { dropUnreadBody } from './unread-body.ts';
import { refuseUnread } from './unread.ts';

/** Time after the close of a listener at which connections without a call are closed, even if they are not idle. */
const silenceMs = 500;

/** A listening socket that can be closed without cutting calls in flight. */
export interface Listener {
  /** Opens; returns its URL. */
  readonly open: (host: string, port: number) => Promise<string>;
  /** Still takes calls, but asks every client to open another connection. */
  readonly retire: () => void;
  /** Takes no more calls; resolves when the ones in flight have been answered. */
  readonly close: () => Promise<void>;
  /** Cuts what is left. */
  readonly cut: () => void;
}

/**
 * HTTP/1.1. Idle connections are kept longer than by the proxies in front (60 s), so that we never close first. The first
 * answer after `maxAgeSeconds` (0: never) is the last of its connection, so that kept connections spread over processes
 * and replicas that were started later.
 */
export function httpListener(
  answer: RequestListener,
  maxAgeSeconds = 0,
  connectionsOf: ConnectionsOf = ownPort,
): Listener {
  let retiring = false;
  let closing = false;
  const answering = new Set<ServerResponse>();
  /** With the time at which each is too old. */
  const sockets = new Map<Socket, number>();
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
      if (retiring || isTooOld(request.socket)) response.setHeader('connection', 'close');
      dropUnreadBody(request, response);
      answer(request, response);
    },
  );
  const incoming = connectionsOf(server);
  server.on('clientError', refuseUnread);
  server.on('connection', (socket) => {
    sockets.set(socket, performance.now() + lifeMsOf(maxAgeSeconds));
    socket.once('close', () => sockets.delete(socket));
  });
  const isTooOld = (socket: Socket): boolean => performance.now() > (sockets.get(socket) ?? Infinity);
  const closeSilent = (): void => {
    const busy = new Set([...answering].map(({ req }) => req.socket));
    for (const socket of sockets.keys()) if (!busy.has(socket)) socket.destroy();
  };
  return {
    open: incoming.open,
    retire,
    close: async () => {
      retire();
      closing = true;
      // The event loop first accepts connections that wait: the kernel resets those that nobody has accepted.
      await setImmediatePromise();
      await incoming.stop();
      server.closeIdleConnections();
      // Node does not count a connection that never sent anything as idle, so it would delay the stop.
      // A busy process first reads once more: a request may wait on such a connection.
      const silent = setTimeout(() => setImmediate(closeSilent), silenceMs);
      await incoming.ended();
      clearTimeout(silent);
    },
    cut: () => server.closeAllConnections(),
  };
}

/**
 * HTTP/2 without TLS (prior knowledge). `retire` sends a GOAWAY that refuses nothing: clients open another connection,
 * and calls on their way are still served. `close` sends the final GOAWAY. A connection is closed in the same way at
 * `maxAgeSeconds` (0: never), so that a load balancer of connections also spreads calls.
 */
export function h2cListener(
  answer: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  maxAgeSeconds = 0,
  connectionsOf: ConnectionsOf = ownPort,
): Listener {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: 1000 } }, (request, response) => {
    dropUnreadBody(request, response);
    answer(request, response);
  });
  // Node's own `close` also closes all idle connections at once, and with them loses calls that are on their way.
  server.close = (done) => {
    NetServer.prototype.close.call(server, done);
    return server;
  };
  const incoming = connectionsOf(server);
  const connections = new Set<Connection>();
  let arriving: Socket | undefined;
  // This must run before Node's own listener, which makes the session.
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
  // An error of one session concerns only its client.
  server.on('sessionError', () => undefined);
  return {
    open: incoming.open,
    retire: () => {
      for (const connection of connections) requestReconnect(connection);
    },
    close: async () => {
      await setImmediatePromise();
      await incoming.stop();
      // A connection that was opened after `retire` has had no notice, and a call may be on its way.
      for (const connection of connections) closeGracefully(connection);
      const silent = setTimeout(() => {
        for (const { session } of connections) if (!session.closed) session.close();
      }, silenceMs);
      await incoming.ended();
      clearTimeout(silent);
    },
    cut: () => {
      for (const { session } of connections) session.destroy();
    },
  };
}
