import type { ClientHttp2Stream } from 'node:http2';
import { Http2SessionManager } from '@connectrpc/connect-node';

// Whoever has a call open on a connection that fell silent notices within seconds, and the next call takes a new one.
const pings = { pingIntervalMs: 5000, pingTimeoutMs: 1000, idleConnectionTimeoutMs: 300_000 };

/** What a transport asks of its connection. */
export interface Replicas extends Pick<Http2SessionManager, 'authority' | 'request' | 'notifyResponseByteRead'> {
  readonly close: () => void;
}

/**
 * One h2c connection to whichever replica of a peer takes it: a replica that takes no connection has taken no call, so
 * the next one is asked at once. Pings find a peer that vanished without a word.
 * @param baseUrls of the replicas, at least one; a single one may stand for many, behind a balancer
 */
export function replicas(baseUrls: readonly string[]): Replicas {
  const sessions = baseUrls.map((baseUrl) => new Http2SessionManager(baseUrl, pings));
  let current = 0;
  return {
    // Connect checks that calls are for this host, whichever replica then takes them.
    authority: sessions[0]?.authority ?? '',
    request: async (...call) => {
      let failure: unknown;
      for (const [step] of sessions.entries()) {
        const at = (current + step) % sessions.length;
        try {
          const stream = await sessions[at]?.request(...call);
          if (stream === undefined) continue;
          hearErrors(stream);
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

const heard = new WeakSet<object>();

/**
 * A connection that its server ends while it is idle is destroyed with an error. If a call takes a new one in that very
 * moment, connect-node listens to the old one no more, and what nobody listens to ends the process.
 */
function hearErrors({ session }: ClientHttp2Stream): void {
  if (session === undefined || heard.has(session)) return;
  heard.add(session);
  session.on('error', () => undefined);
}
