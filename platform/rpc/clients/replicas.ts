import type { ClientHttp2Stream } from 'node:http2';
import { Http2SessionManager } from '@connectrpc/connect-node';

// A call on a silently lost connection fails within seconds, and the next call takes a new connection.
const pings = { pingIntervalMs: 5000, pingTimeoutMs: 1000, idleConnectionTimeoutMs: 300_000 };

/** The part of a session manager that a transport uses. */
export interface Replicas extends Pick<Http2SessionManager, 'authority' | 'request' | 'notifyResponseByteRead'> {
  readonly close: () => void;
}

/**
 * Keeps an h2c connection to one replica of a service. A replica that accepts no connection has received no call, so
 * the next replica is tried at once. Pings find a silently lost connection.
 * @param baseUrls addresses of the replicas, at least one; an address may be a load balancer
 */
export function replicas(baseUrls: readonly string[]): Replicas {
  const sessions = baseUrls.map((baseUrl) => new Http2SessionManager(baseUrl, pings));
  let current = 0;
  return {
    // Connect checks that calls are for this host. Any replica may then take them.
    authority: sessions[0]?.authority ?? '',
    request: async (...call) => {
      let failure: unknown;
      for (const [step] of sessions.entries()) {
        const at = (current + step) % sessions.length;
        try {
          const stream = await sessions[at]?.request(...call);
          if (stream === undefined) continue;
          ignoreErrors(stream);
          current = at;
          return stream;
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
    notifyResponseByteRead: (stream) => {
      for (const session of sessions) session.notifyResponseByteRead(stream);
    },
    close: () => {
      for (const session of sessions) session.abort();
    },
  };
}

const ignored = new WeakSet<object>();

/**
 * When a server ends an idle connection, its session emits an error. If a call takes a new connection at that moment,
 * connect-node no longer listens to the old session, and an error without a listener ends the process.
 */
function ignoreErrors({ session }: ClientHttp2Stream): void {
  if (session === undefined || ignored.has(session)) return;
  ignored.add(session);
  session.on('error', () => undefined);
}
