/** What is adapted, and by what. */
export interface AdaptOptions {
  /** The most that may be worked on at once; where it begins. */
  readonly max: number;
  /** The fewest. Default 16: enough to keep a process busy that mostly waits for others. */
  readonly min?: number;
  /** Half of the calls should take no longer. */
  readonly targetMs: number;
  readonly apply: (concurrency: number) => void;
}

export interface Adapter {
  /** Tells that a call is worked on from now on. @returns what tells that it no longer is */
  readonly began: () => () => void;
  /** Decides anew. @param lateMs how late a timer of the process came: the time for which its loop makes all wait */
  readonly tick: (lateMs: number) => void;
}

const fewest = 16;
const tooLateMs = 75;
const memory = 0.5;
const decrease = 0.8;
const increase = 0.1;
const fewestSamples = 5;
const mostSamples = 200;

/**
 * Fits the number of calls worked on at once to what the process and those it asks can bear: what is beyond that only
 * waits somewhere, and shows in how long calls take, or in how late the event loop is. Additive increase while there is
 * demand, multiplicative decrease while it takes too long (AIMD).
 */
export function createAdapter({ max, min: wanted = fewest, targetMs, apply }: AdaptOptions): Adapter {
  const min = Math.min(wanted, max);
  const begun = new Set<{ readonly atMs: number }>();
  let samples: number[] = [];
  let concurrency = max;
  let smoothedMs = 0;
  let peak = 0;

  /** Of what half of those that ended took, and how old half of those under way are, the longer. */
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
    },
  };
}

/** 0 for too few to tell. */
function medianOf(values: readonly number[]): number {
  if (values.length < fewestSamples) return 0;
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

const tickMs = 100;

/** Lets the adapters decide, as the process's event loop goes on, until stopped. */
export function startAdapting(tick: Adapter['tick']): { readonly stop: () => void } {
  let dueMs = performance.now() + tickMs;
  const timer = setInterval(() => {
    const now = performance.now();
    tick(Math.max(0, now - dueMs));
    dueMs = now + tickMs;
  }, tickMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
