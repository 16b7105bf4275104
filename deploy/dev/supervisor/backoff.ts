const firstDelayMs = 100;
const longestDelayMs = 5000;
const windowMs = 60_000;
const mostRestarts = 8;

/** Counts unexpected ends of one part and says when to start it again. */
export interface Backoff {
  /** How long to wait before the next start, in milliseconds; undefined: it ended too often, give up. */
  next(nowMs: number): number | undefined;
}

/** Doubling delays from 100 ms to 5 s; more than 8 ends within a minute are too many. */
export function createBackoff(): Backoff {
  let ends: number[] = [];
  return {
    next(nowMs) {
      ends = [...ends.filter((at) => nowMs - at < windowMs), nowMs];
      if (ends.length > mostRestarts) return undefined;
      return Math.min(firstDelayMs * 2 ** (ends.length - 1), longestDelayMs);
    },
  };
}
