import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Where the connections of a listener come from. */
interface Connections {
  /** Begins to give them to the server. @returns the URL that clients use */
  readonly open: (host: string, port: number) => Promise<string>;
  /** Gives no more. Those on their way have arrived when it resolves. */
  readonly stop: () => Promise<void>;
  /** Resolves when all that were given have closed. Call it after `stop`. */
  readonly ended: () => Promise<void>;
}

export type ConnectionsOf = (server: Server) => Connections;

/**
 * How many connections may wait while the event loop is busy. The kernel drops more, and each dropped one waits
 * seconds.
 */
export const backlog = 4096;

/** The connections of a port that the server opens itself. */
export const ownPort: ConnectionsOf = (server) => {
  const ended = Promise.withResolvers<void>();
  return {
    open: (host, port) => listen(server, host, port),
    stop: async () => void server.close(() => ended.resolve()),
    ended: () => ended.promise,
  };
};

/** A port could not be opened. The message says everything. */
export class PortNotOpened extends Error {
  override readonly name = 'PortNotOpened';
}

/** Opens the port. @returns its URL @throws PortNotOpened */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen({ port, host, backlog });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why = code === 'EADDRINUSE' ? 'another program listens there' : 'it cannot be opened';
    const other = 'set HTTP_PORT or GRPC_PORT to another one';
    throw new PortNotOpened(`port ${port} of ${host}: ${why} (${code}); ${other}`, { cause });
  }
  const address = server.address();
  const actual = isAddress(address) ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
