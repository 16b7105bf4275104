/** Settings of one class of calls. */
export interface AdaptOptions {
  /** Highest concurrency, and the one at the start. */
  readonly max: number;
  /** Lowest concurrency. Default 16: enough to keep a process busy that mostly waits for others. */
  readonly min?: number;
  /** Target of the median duration. */
  readonly targetMs: number;
  /** Called with each new concurrency. */
  readonly apply: (concurrency: number) => void;
}

export interface Adapter {
  /** Reports that work on a call begins. @returns a function that reports its end */
  readonly began: () => () => void;
  /**
   * Chooses the concurrency again.
   * @param lateMs how late a timer of the process was: the delay of its event loop
   * @returns whether nothing is left to adapt: no call runs, the concurrency is the highest, and no timer was late
   */
  readonly tick: (lateMs: number) => boolean;
}

const fewest = 16;
const tooLateMs = 75;
const notLateMs = 5;
const memory = 0.5;
const decrease = 0.8;
const increase = 0.1;
const fewestSamples = 5;
const mostSamples = 200;

/**
 * Adapts concurrency to what the process and the services behind it can do. Calls beyond that only wait, which shows in
 * long calls or in a late event loop. Concurrency rises by a tenth while calls are fast and there is demand, and falls
 * by a fifth while they are slow.
 */
export function createAdapter({ max, min: wanted = fewest, targetMs, apply }: AdaptOptions): Adapter {
  const min = Math.min(wanted, max);
  const begun = new Set<{ readonly atMs: number }>();
  let samples: number[] = [];
  let concurrency = max;
  let smoothedMs = 0;
  let peak = 0;

  /** The median duration of ended calls, or the median age of running ones, whichever is longer. */
  function medianMs(): number {
    const ended = medianOf(samples);
    if (samples.length >= fewestSamples) samples = [];
    const now = performance.now();
    return Math.max(ended, medianOf(Array.from(begun, ({ atMs }) => now - atMs)));
  }

  function next(isSlow: boolean): number {
    if (isSlow) return Math.max(min, Math.floor(Math.min(concurrency, peak) * decrease));
    if (peak >= concurrency) return Math.min(max, Math.ceil(concurrency * (1 + increase)));
    return peak < concurrency / 2 ? Math.min(max, concurrency + 1) : concurrency;
  }

  return {
    began: () => {
      const call = { atMs: performance.now() };
      begun.add(call);
      peak = Math.max(peak, begun.size);
      return () => {
        if (begun.delete(call) && samples.length < mostSamples) samples.push(performance.now() - call.atMs);
      };
    },
    tick: (lateMs) => {
      smoothedMs = memory * smoothedMs + (1 - memory) * lateMs;
      const isSlow = smoothedMs > tooLateMs || medianMs() > targetMs;
      const before = concurrency;
      concurrency = next(isSlow);
      peak = begun.size;
      if (concurrency !== before) apply(concurrency);
      return begun.size === 0 && concurrency === max && smoothedMs < notLateMs;
    },
  };
}

/** 0 if there are too few values. */
function medianOf(values: readonly number[]): number {
  if (values.length < fewestSamples) return 0;
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

const tickMs = 100;

export interface Ticker {
  /** Begins to tick if it does not. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** Calls `tick` every 100 ms with the delay of the process's event loop, from `wake` on until it answers true. */
export function createTicker(tick: Adapter['tick']): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const onTimer = (): void => {
    const now = performance.now();
    if (tick(Math.max(0, now - dueMs))) stop();
    dueMs = now + tickMs;
  };
  return {
    wake: () => {
      if (timer !== undefined) return;
      dueMs = performance.now() + tickMs;
      timer = setInterval(onTimer, tickMs);
      timer.unref();
    },
    stop,
  };
}
