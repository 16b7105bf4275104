export interface GateOptions {
  /** Number of permits: how many callers may be inside at once. */
  readonly concurrency: number;
  /** How many permits urgent callers may have, so that others get some too. Default all. */
  readonly urgentConcurrency?: number;
  /** How many callers may wait; more are refused at once. Urgent callers have a second queue of the same length. */
  readonly maxWaiting: number;
  /** Longest wait for a permit. */
  readonly maxWaitMs: number;
  /** Longest wait of a new caller in an overload, which begins with a refusal. Default a fifth of `maxWaitMs`. */
  readonly overloadedWaitMs?: number;
}

interface EnterOptions {
  /** True if other work already waits for this caller. Urgent callers come before all others. */
  readonly urgent?: boolean;
  /** Aborted when nobody needs the result any more: the caller then leaves the queue. */
  readonly signal?: AbortSignal | undefined;
}

export interface Gate {
  /** Takes a permit. @returns its release, to be called once @throws GateClosed, at once or after the longest wait */
  readonly enter: (options?: EnterOptions) => Promise<() => void>;
  /** Takes a permit if there is one without waiting. @returns its release, or undefined */
  readonly tryEnter: () => (() => void) | undefined;
  readonly size: () => { readonly running: number; readonly waiting: number; readonly concurrency: number };
  readonly setConcurrency: (concurrency: number) => void;
}

/**
 * There was no permit, and nothing has begun. `full`: the queue is full, or the wait would be too long at the current
 * pace. `late`: the wait was too long. `gone`: nobody needs the result any more.
 */
export class GateClosed extends Error {
  override readonly name = 'GateClosed';
  readonly why: 'full' | 'late' | 'gone';

  constructor(why: GateClosed['why']) {
    super(`the gate gave no permit (${why})`);
    this.why = why;
  }
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (why: GateClosed['why']) => void;
}

/** The urgent callers, or all others. */
interface Group {
  readonly waiters: Set<Waiter>;
  readonly pace: Pace;
  readonly maxRunning: () => number;
  running: number;
}

/**
 * Gives a bounded number of permits, and lets a bounded number of callers wait in order. In a burst they may wait long.
 * After a refusal it is an overload: for the next `maxWaitMs`, new callers may wait only for `overloadedWaitMs`. A
 * caller that would wait too long at the current pace is refused at once.
 */
export function createGate(options: GateOptions): Gate {
  let concurrency = options.concurrency;
  let lastRefusedMs = -Infinity;
  const group = (maxRunning: () => number): Group => {
    return { waiters: new Set(), pace: createPace(), maxRunning, running: 0 };
  };
  const urgentOnes = group(() => options.urgentConcurrency ?? concurrency);
  const others = group(() => concurrency);

  const running = () => urgentOnes.running + others.running;
  const hasPermit = (own: Group) => running() < concurrency && own.running < own.maxRunning();

  function admitWaiters(): void {
    for (;;) {
      const own = [urgentOnes, others].find((each) => each.waiters.size > 0 && hasPermit(each));
      const [first] = own?.waiters ?? [];
      if (own === undefined || first === undefined) return;
      own.running++;
      first.admit();
      own.pace.admitted(own.waiters.size > 0);
    }
  }

  function releaseOf(own: Group): () => void {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      own.running--;
      admitWaiters();
    };
  }

  function tryEnter(own: Group): (() => void) | undefined {
    if (own.waiters.size > 0 || !hasPermit(own)) return undefined;
    own.running++;
    return releaseOf(own);
  }

  function maxWaitMsOf(own: Group): number {
    const { maxWaitMs, overloadedWaitMs = maxWaitMs / 5 } = options;
    const isOverloaded = performance.now() - lastRefusedMs < maxWaitMs;
    return isOverloaded && own === others ? overloadedWaitMs : maxWaitMs;
  }

  async function wait(own: Group, signal: AbortSignal | undefined): Promise<() => void> {
    const { waiters, pace } = own;
    const maxMs = maxWaitMsOf(own);
    if (waiters.size >= options.maxWaiting || (waiters.size + 1) * pace.intervalMs() > maxMs) {
      lastRefusedMs = performance.now();
      throw new GateClosed('full');
    }
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const gone = (): void => waiter.refuse('gone');
    const over = (): void => {
      waiters.delete(waiter);
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
    };
    const waiter: Waiter = {
      admit: () => {
        over();
        resolve(releaseOf(own));
      },
      refuse: (why) => {
        over();
        reject(new GateClosed(why));
      },
    };
    const timer = setTimeout(() => {
      lastRefusedMs = performance.now();
      waiter.refuse('late');
    }, maxMs);
    signal?.addEventListener('abort', gone);
    waiters.add(waiter);
    return promise;
  }

  return {
    tryEnter: () => tryEnter(others),
    enter: async ({ urgent = false, signal } = {}) => {
      if (signal?.aborted === true) throw new GateClosed('gone');
      const own = urgent ? urgentOnes : others;
      return tryEnter(own) ?? wait(own, signal);
    },
    size: () => ({ running: running(), waiting: urgentOnes.waiters.size + others.waiters.size, concurrency }),
    setConcurrency: (value) => {
      concurrency = value;
      admitWaiters();
    },
  };
}

/** Average time between two admissions while callers wait. */
interface Pace {
  readonly admitted: (othersWait: boolean) => void;
  /** 0 while there are too few measurements. */
  readonly intervalMs: () => number;
}

const fewestIntervals = 10;
const smoothing = 0.05;

function createPace(): Pace {
  let count = 0;
  let averageMs = 0;
  let lastMs: number | undefined;
  return {
    admitted(othersWait) {
      const now = performance.now();
      if (lastMs !== undefined) {
        count++;
        averageMs += (now - lastMs - averageMs) * Math.max(smoothing, 1 / count);
      }
      lastMs = othersWait ? now : undefined;
    },
    intervalMs: () => (count < fewestIntervals ? 0 : averageMs),
  };
}
