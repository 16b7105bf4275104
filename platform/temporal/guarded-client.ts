import type { Client } from '@temporalio/client';
import { isAway, temporalUnavailable } from './errors.ts';

/** A client of one connection to Temporal that bounds its calls in time and knows which are under way. */
export interface GuardedClient {
  /**
   * All within `timeoutMs`. That there is no answer, or that the connection is closed meanwhile, is AppError
   * `unavailable`; other errors are the SDK's.
   */
  readonly call: <Result>(timeoutMs: number, run: (client: Client) => Promise<Result>) => Promise<Result>;
  /** Cuts calls short, where the connection heeds that. */
  readonly abort: () => void;
  /** Returns when nothing is under way. */
  readonly settled: () => Promise<void>;
}

export interface GuardedClientOptions {
  readonly client: Client;
  /** A call had no answer in its time, nor had any other call that long. */
  readonly onSilence: () => void;
}

/** Slow answers under load are no silence; the shortest calls have two seconds. */
const silentMs = 1_500;

export function createGuardedClient({ client, onSilence }: GuardedClientOptions): GuardedClient {
  const underWay = new Map<AbortController, Promise<unknown>>();
  let heardAt = 0;

  return {
    async call(timeoutMs, run) {
      const startedAt = performance.now();
      // One for each call: the SDK never takes its listeners off a signal.
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
    settled: async () => void (await Promise.allSettled(underWay.values())),
  };
}
