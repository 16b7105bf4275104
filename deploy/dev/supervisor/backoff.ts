const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
const WINDOW_MS = 60_000;
const MOST_RESTARTS = 8;

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
      ends = [...ends.filter((at) => nowMs - at < WINDOW_MS), nowMs];
      if (ends.length > MOST_RESTARTS) return undefined;
      return Math.min(FIRST_DELAY_MS * 2 ** (ends.length - 1), LONGEST_DELAY_MS);
    },
  };
}
