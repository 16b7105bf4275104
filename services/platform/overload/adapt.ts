/** What is adapted, and to what. */
export interface AdaptOptions {
  /** The most that may be worked on at once; where it begins. */
  readonly max: number;
  readonly apply: (concurrency: number) => void;
  /** The most places that were taken since it was last asked. */
  readonly takePeak: () => number;
}

export interface Adapter {
  /** Tells how late a timer of the process came, ms. */
  readonly observe: (lateMs: number) => void;
}

/** Enough to keep a process busy that mostly waits for others. */
const fewest = 32;
const lateMs = 75;
const memory = 0.5;
const decrease = 0.85;
const increase = 0.05;

/**
 * Fits the number of calls worked on at once to what the process can do: the time for which its event loop makes
 * everybody wait tells. Additive increase while there is demand, multiplicative decrease while it is late.
 */
export function createAdapter({ max, apply, takePeak }: AdaptOptions): Adapter {
  const min = Math.min(fewest, max);
  let concurrency = max;
  let smoothedMs = 0;
  return {
    observe: (sampleMs) => {
      smoothedMs = memory * smoothedMs + (1 - memory) * sampleMs;
      const peak = takePeak();
      const before = concurrency;
      if (smoothedMs > lateMs)
        concurrency = Math.max(min, Math.floor(Math.min(concurrency, 2 * peak + min) * decrease));
      else if (peak >= concurrency) concurrency = Math.min(max, Math.ceil(concurrency * (1 + increase)));
      else if (peak < concurrency / 2) concurrency = Math.min(max, concurrency + 1);
      if (concurrency !== before) apply(concurrency);
    },
  };
}

const tickMs = 50;

/** Observes the process's event loop until stopped. */
export function watchEventLoop({ observe }: Adapter): { readonly stop: () => void } {
  let dueMs = performance.now() + tickMs;
  const timer = setInterval(() => {
    const now = performance.now();
    observe(Math.max(0, now - dueMs));
    dueMs = now + tickMs;
  }, tickMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
