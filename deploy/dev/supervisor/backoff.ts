const firstDelayMs = 100;
const longestDelayMs = 5000;
const windowMs = 60_000;
const mostRestarts = 8;

/** Counts the unexpected ends of a part and decides when it is started again. */
export interface Backoff {
  /**
   * Called when the part has ended; `wasHealthy` tells whether this start had succeeded. The wait before the next start,
   * in ms; undefined if it ended too often.
   */
  next(nowMs: number, wasHealthy: boolean): number | undefined;
}

/** Delays that double from 100 ms up to 5 s. More than 8 ends within a minute are too many, and so are 8 starts without success. */
export function createBackoff(): Backoff {
  let ends: number[] = [];
  return {
    next(nowMs, wasHealthy) {
      // A server that needs some seconds to fail never ends 8 times within a minute.
      ends = [...(wasHealthy ? ends.filter((at) => nowMs - at < windowMs) : ends), nowMs];
      if (ends.length > mostRestarts) return undefined;
      return Math.min(firstDelayMs * 2 ** (ends.length - 1), longestDelayMs);
    },
  };
}
