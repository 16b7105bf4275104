import type { Client } from '@temporalio/client';
import { isAway, temporalUnavailable } from './errors.ts';

/** A client on one connection to Temporal. It limits its calls in time and knows which are in flight. */
export interface GuardedClient {
  /**
   * Calls Temporal within `timeoutMs`, all attempts included. If there is no answer, or the connection is closed
   * meanwhile, throws AppError `unavailable`. Other errors are the SDK's.
   */
  readonly call: <Result>(timeoutMs: number, run: (client: Client) => Promise<Result>) => Promise<Result>;
  /** Aborts calls in flight, if the connection supports that. */
  readonly abort: () => void;
  /** Resolves when no call is in flight. */
  readonly whenIdle: () => Promise<void>;
}

export interface GuardedClientOptions {
  readonly client: Client;
  /** Called when a call got no answer in its time, and no other call got one in that time. */
  readonly onSilence: () => void;
}

/** Shorter than this it is load, not silence. The shortest timeout of a call is 2 s. */
const silentMs = 1_500;

export function createGuardedClient({ client, onSilence }: GuardedClientOptions): GuardedClient {
  const underWay = new Map<AbortController, Promise<unknown>>();
  let heardAt = 0;

  return {
    async call(timeoutMs, run) {
      const startedAt = performance.now();
      // One for each call, because the SDK never removes its listeners from a signal.
      const abort = new AbortController();
      const deadline = Date.now() + timeoutMs;
      const answer = client.withAbortSignal(abort.signal, () => client.withDeadline(deadline, () => run(client)));
      underWay.set(abort, answer);
      try {
        const result = await answer;
        heardAt = performance.now();
        return result;
      } catch (error) {
        if (!isAway(error)) {
          heardAt = performance.now();
          throw error;
        }
        if (performance.now() - Math.max(startedAt, heardAt) >= silentMs) onSilence();
        throw temporalUnavailable(error);
      } finally {
        underWay.delete(abort);
      }
    },
    abort: () => {
      for (const abort of underWay.keys()) abort.abort();
    },
    whenIdle: async () => void (await Promise.allSettled(underWay.values())),
  };
}
