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
const longestRetryAfterMs = 5000;

/**
 * Calls until there is an answer, as a sane client does: pauses that double, each half to one and a half of it
 * so that not all come again at once, and the server's Retry-After, up to 5 s. A refusal is an answer and comes out at once.
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
      await sleep(Math.max(pauseMs, Math.min(error.retryAfterMs, longestRetryAfterMs)) * (0.5 + Math.random()));
    }
  }
}

/** Reads until `done`, at growing intervals, at most `withinMs`; gives the last value either way. */
export async function until<Value>(
  read: () => Promise<Value>,
  done: (value: Value) => boolean,
  withinMs: number,
  everyMs = 100,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = everyMs; ; pauseMs = Math.min(1.4 * pauseMs, 10 * everyMs)) {
    const value = await read();
    if (done(value) || performance.now() > deadline) return value;
    await sleep(pauseMs);
  }
}

/** Tries until it succeeds. @throws with the last error as its cause, after `withinMs` */
export async function eventually<Value>(
  what: string,
  attempt: () => Promise<Value>,
  withinMs = 280_000,
): Promise<Value> {
  const tried = () =>
    attempt().then(
      (value) => ({ value }) as const,
      (error: unknown) => ({ error }) as const,
    );
  const last = await until(tried, (outcome) => 'value' in outcome, withinMs);
  if ('value' in last) return last.value;
  throw new Error(`${what} did not come`, { cause: last.error });
}

/** @throws if it takes longer */
export async function within<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it is not over after ${Math.round(ms / 1000)} s`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
