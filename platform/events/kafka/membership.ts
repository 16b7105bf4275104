import { createRequire } from 'node:module';
import type { ConsumerConfig } from 'kafkajs';

const heartbeatMs = 2000;
const rebalanceMs = 15_000;
const networkMs = 5000;

/**
 * The broker drops a killed member after the session timeout. Until then no other member gets its partitions. A member
 * that is killed while it joins costs another session timeout, so the timeout must be short.
 */
export const membership = {
  sessionTimeout: 8000,
  heartbeatInterval: heartbeatMs,
  rebalanceTimeout: rebalanceMs,
  // A restart by kafkajs adds a new member to the group and does not remove the old one.
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4, restartOnFailure: async () => false },
} as const satisfies Omit<ConsumerConfig, 'groupId'>;

/**
 * Sends heartbeats while `work` runs, so that an event that waits for a database does not end the membership. `signal`
 * is aborted when `outer` is, and when the membership is lost.
 * @throws the error of the heartbeat, if that ended the work
 */
export async function withHeartbeats<Result>(
  heartbeat: () => Promise<void>,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const lost: unknown[] = [];
  const end = (): void => over.abort();
  const beat = (): void => {
    heartbeat().catch((error: unknown) => {
      lost.push(error);
      end();
    });
  };
  if (outer.aborted) end();
  outer.addEventListener('abort', end);
  const timer = setInterval(beat, heartbeatMs);
  try {
    return await work(over.signal);
  } catch (error) {
    throw lost.length > 0 ? lost[0] : error;
  } finally {
    clearInterval(timer);
    outer.removeEventListener('abort', end);
  }
}

interface SyncGroup {
  protocol: (asked: { readonly version: number }) => (request: object) => object;
}

let isPatched = false;

/**
 * Gives SyncGroup more time: the broker answers only after the group's leader has sent its plan or was dropped. With
 * the usual timeout of kafkajs 2.2.4 members give up and join again, and an old membership that they leave in the group
 * may become the next dead leader, without end. kafkajs has no setting for this timeout.
 */
export function extendSyncGroupTimeout(): void {
  if (isPatched) return;
  isPatched = true;
  const load = createRequire(import.meta.url);
  const syncGroup = load('kafkajs/src/protocol/requests/syncGroup/index.js') as SyncGroup;
  const usual = syncGroup.protocol;
  syncGroup.protocol = (asked) => {
    const make = usual(asked);
    return (request) => ({ ...make(request), requestTimeout: rebalanceMs + networkMs });
  };
}
