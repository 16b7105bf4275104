import { createRequire } from 'node:module';
import type { ConsumerConfig } from 'kafkajs';

const heartbeatMs = 2000;
const rebalanceMs = 15_000;
const networkMs = 5000;

/**
 * A member that was killed is let go after the session's time, and until then nobody gets its partitions. Whoever was
 * killed while it waited to be let in costs one more session, so it has to be short.
 */
export const membership = {
  sessionTimeout: 8000,
  heartbeatInterval: heartbeatMs,
  rebalanceTimeout: rebalanceMs,
  // A restart by kafkajs is a new member beside the old one, which it doesn't take out of the group.
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4, restartOnFailure: async () => false },
} as const satisfies Omit<ConsumerConfig, 'groupId'>;

/**
 * Does `work` while heartbeats go on, so that an event which waits for a database costs no membership. `signal` is
 * aborted with the outer one, and when the membership is lost.
 * @throws what the heartbeat threw, if that ended the work
 */
export async function whileBeating<Result>(
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

let patient = false;

/**
 * The broker answers SyncGroup once the group's leader has, or is let go; kafkajs 2.2.4 gives it no more time than any
 * request, unlike JoinGroup. Then members give up on a dead leader, and come again beside what they left in the group,
 * of which one may be the next dead leader: for ever. No setting gives it more time.
 */
export function letSyncWait(): void {
  if (patient) return;
  patient = true;
  const load = createRequire(import.meta.url);
  const syncGroup = load('kafkajs/src/protocol/requests/syncGroup/index.js') as SyncGroup;
  const usual = syncGroup.protocol;
  syncGroup.protocol = (asked) => {
    const make = usual(asked);
    return (request) => ({ ...make(request), requestTimeout: rebalanceMs + networkMs });
  };
}
