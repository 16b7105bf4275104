/** Tells the starter when to wait for the checkouts that are being accepted. */
export interface Rush {
  /** Does the work that accepts one checkout, and counts it. */
  accept<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  /** For how long an order may wait for its start at present; 0 if there is no rush. */
  maxWaitMs(): number;
}

export interface RushOptions {
  /** It is a rush if at least this many checkouts are being accepted at once. */
  readonly atOnce: number;
  /** It is a fast one if this many checkouts were accepted in the last `windowMs`. */
  readonly fast: { readonly checkouts: number; readonly windowMs: number };
  /** For how long an order may wait in a rush. */
  readonly waitMs: { readonly slow: number; readonly fast: number };
  /** How busy the thread of this process is, from 0 to 1. */
  readonly utilization: () => number;
}

/** Above this, a start takes time from the checkouts that are being accepted. */
const busy = 0.9;

/**
 * To accept a checkout takes a tenth of the time that it takes to run it. So while many are being accepted and the
 * thread has no time left, starts wait: all buyers have their answer sooner, and the last checkout ends no later. Starts
 * wait longer only if that helps, which shows in a fast rush. Otherwise something else keeps the thread busy.
 */
export function createRush({ atOnce, fast, waitMs, utilization }: RushOptions): Rush {
  let accepting = 0;
  /** When the last checkouts were accepted. `oldest` is the place of the one that is overwritten next. */
  const times = Array.from({ length: fast.checkouts }, () => Number.NEGATIVE_INFINITY);
  let oldest = 0;
  return {
    accept: async (work) => {
      accepting++;
      try {
        const answer = await work();
        times[oldest] = performance.now();
        oldest = (oldest + 1) % times.length;
        return answer;
      } finally {
        accepting--;
      }
    },
    maxWaitMs: () => {
      const isFast = performance.now() - (times[oldest] ?? 0) <= fast.windowMs;
      if (!(isFast || accepting >= atOnce) || utilization() < busy) return 0;
      return isFast ? waitMs.fast : waitMs.slow;
    },
  };
}
