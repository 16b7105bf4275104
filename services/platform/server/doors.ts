import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { refuseUnread } from './unread.ts';

/** A listening socket that can be closed without cutting anybody off. */
export interface Door {
  /** Opens; returns its URL. */
  readonly open: (host: string, port: number) => Promise<string>;
  /** Takes no more calls; resolves when the ones in flight have been answered. */
  readonly close: () => Promise<void>;
  /** Cuts what is left. */
  readonly cut: () => void;
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
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
export function httpDoor(listener: RequestListener): Door {
  let closing = false;
  const answering = new Set<ServerResponse>();
  const server = createHttpServer(
    { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 },
    (request, response) => {
      answering.add(response);
      response.once('close', () => {
        answering.delete(response);
        if (closing) setImmediate(() => server.closeIdleConnections());
      });
      if (closing) response.setHeader('connection', 'close');
      listener(request, response);
    },
  );
  server.on('clientError', refuseUnread);
  return {
    open: (host, port) => listen(server, host, port),
    close: () => {
      closing = true;
      for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
      const done = closed(server);
      server.closeIdleConnections();
      return done;
    },
    cut: () => server.closeAllConnections(),
  };
}

/** HTTP/2 without TLS (prior knowledge). Closing sends GOAWAY, so that clients take their next call elsewhere. */
export function h2cDoor(listener: (request: Http2ServerRequest, response: Http2ServerResponse) => void): Door {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: 1000 } }, listener);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  // A broken peer's session error is the peer's trouble.
  server.on('sessionError', () => undefined);
  return {
    open: (host, port) => listen(server, host, port),
    close: () => {
      const done = closed(server);
      for (const session of sessions) session.close();
      return done;
    },
    cut: () => {
      for (const session of sessions) session.destroy();
    },
  };
}
