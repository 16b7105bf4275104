import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from './door.ts';

export interface Patience {
  /** How long one call may be tried again. */
  readonly forMs: number;
  /** Told of each attempt without an answer. */
  readonly onNoAnswer?: (error: NoAnswer) => void | Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;

/**
 * Calls until there is an answer, as a sane client does: pauses that double, the server's Retry-After up to 2 s (the
 * tests can't wait longer). A refusal is an answer and comes out at once.
 * @throws the last NoAnswer when patience ends
 */
export async function patiently<Answer>(call: () => Promise<Answer>, { forMs, onNoAnswer }: Patience): Promise<Answer> {
  const deadline = performance.now() + forMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      await onNoAnswer?.(error);
      if (performance.now() > deadline) throw error;
      await sleep(Math.max(pauseMs, Math.min(error.retryAfterMs, longestPauseMs)));
    }
  }
}

/** Reads until `done`, at most `withinMs`; gives the last value either way. */
export async function until<Value>(
  read: () => Promise<Value>,
  done: (value: Value) => boolean,
  withinMs: number,
  everyMs = 100,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (done(value) || performance.now() > deadline) return value;
    await sleep(everyMs);
  }
}
