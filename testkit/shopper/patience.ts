import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from './api-client.ts';

export interface Persistence {
  /** For how long one call is retried, in milliseconds. 0 means a single attempt. */
  readonly forMs: number;
  /** Called for each attempt without an answer. */
  readonly onNoAnswer?: ((error: NoAnswer) => void) | undefined;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;
const longestRetryAfterMs = 5000;

/**
 * Calls until there is an answer, as a good client does. Pauses double from 100 ms to 2 s; each is varied by ±50 % so that
 * clients do not return together. Retry-After is respected up to 5 s. A refusal is an answer and is thrown at once.
 * @throws the last NoAnswer when `forMs` is over
 */
export async function patiently<Answer>(
  call: () => Promise<Answer>,
  { forMs, onNoAnswer }: Persistence,
): Promise<Answer> {
  const deadline = performance.now() + forMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      onNoAnswer?.(error);
      if (performance.now() >= deadline) throw error;
      await sleep(Math.max(pauseMs, Math.min(error.retryAfterMs, longestRetryAfterMs)) * (0.5 + Math.random()));
    }
  }
}
