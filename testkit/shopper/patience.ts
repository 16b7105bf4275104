import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from './door.ts';

export interface Persistence {
  /** How long one call may be tried again; 0 is once. */
  readonly forMs: number;
  /** Told of each attempt without an answer. */
  readonly onNoAnswer?: ((error: NoAnswer) => void) | undefined;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;
const longestRetryAfterMs = 5000;

/**
 * Calls until there is an answer, as a sane client does: pauses that double, each half to one and a half of it
 * so that not all come again at once, and the server's Retry-After, up to 5 s. A refusal is an answer and comes out at once.
 * @throws the last NoAnswer when patience ends
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
