import { connect, createServer, type AddressInfo } from 'node:net';
import type { Fault } from './fault.ts';
import { createLink, type Link } from './link.ts';

export interface ProxyOptions {
  readonly name: string;
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  /** `host:port` of the server behind it. */
  readonly target: string;
}

/** A TCP proxy that can disturb connections as a network does. */
export interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly fault: () => Fault;
  readonly connections: () => number;
  /** Sets the fault, also for open connections. */
  set(fault: Fault): void;
  close(): Promise<void>;
}

/** Opens a proxy without a fault. Rejects if it cannot listen. */
export async function openProxy({ name, listen, target }: ProxyOptions): Promise<Proxy> {
  let fault: Fault = { mode: 'pass' };
  const links = new Set<Link>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (fault.mode === 'reset') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...addressOf(target), allowHalfOpen: true, noDelay: true });
    const link = createLink(client, upstream, fault, () => links.delete(link));
    links.add(link);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(addressOf(listen), listening.resolve);
  await listening.promise;
  return {
    name,
    port: (server.address() as AddressInfo).port,
    fault: () => fault,
    connections: () => links.size,
    set(next) {
      fault = next;
      for (const link of [...links]) link.apply(next);
    },
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const link of [...links]) link.destroy();
      await closed.promise;
    },
  };
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}
