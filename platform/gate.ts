export interface GateOptions {
  /** How many may be inside at once. */
  readonly concurrency: number;
  /** How many of them may be urgent ones, so that others get in as well. Default all. */
  readonly urgentConcurrency?: number;
  /** How many may wait; who comes then is refused at once. Urgent ones have as many places of their own. */
  readonly maxWaiting: number;
  /** How long one may wait. */
  readonly maxWaitMs: number;
  /** How long a newcomer may wait while others waited in vain. Default a fifth of `maxWaitMs`. */
  readonly overloadedWaitMs?: number;
}

interface EnterOptions {
  /** Comes before all that are not: work that others already wait for. */
  readonly urgent?: boolean;
  /** Whoever waited for it is gone: it leaves the queue. */
  readonly signal?: AbortSignal | undefined;
}

export interface Gate {
  /** Resolves to what must be called, once, on leaving. @throws GateClosed, at once or after the longest wait */
  readonly enter: (options?: EnterOptions) => Promise<() => void>;
  /** Enters if nobody needs to be waited for; undefined if somebody does. */
  readonly tryEnter: () => (() => void) | undefined;
  readonly size: () => { readonly running: number; readonly waiting: number; readonly concurrency: number };
  readonly setConcurrency: (concurrency: number) => void;
}

/**
 * Nothing was begun. `full`: nobody else may wait, or it would wait in vain; `late`: it waited too long; `gone`: its
 * caller no longer waits.
 */
export class GateClosed extends Error {
  override readonly name = 'GateClosed';
  readonly why: 'full' | 'late' | 'gone';

  constructor(why: GateClosed['why']) {
    super(`no place was free (${why})`);
    this.why = why;
  }
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (why: GateClosed['why']) => void;
}

/** Urgent ones, or all others. */
interface Lane {
  readonly waiters: Set<Waiter>;
  readonly pace: Pace;
  readonly most: () => number;
  running: number;
}

/**
 * Lets a bounded number in and lets a bounded number wait, in turn, for a bounded time. A burst is served: whoever comes
 * may wait long. Once one has waited in vain it is no burst, and in a queue that everybody leaves in vain the longest
 * wait would be everybody's; so for the next `maxWaitMs` newcomers wait a little only. Whoever would not get in within
 * its time at the pace at which others do is refused at once.
 */
export function createGate(options: GateOptions): Gate {
  let concurrency = options.concurrency;
  let lastInVainMs = -Infinity;
  const lane = (most: () => number): Lane => ({ waiters: new Set(), pace: createPace(), most, running: 0 });
  const urgentOnes = lane(() => options.urgentConcurrency ?? concurrency);
  const others = lane(() => concurrency);

  const running = () => urgentOnes.running + others.running;
  const hasRoom = (own: Lane) => running() < concurrency && own.running < own.most();

  function pump(): void {
    for (;;) {
      const own = [urgentOnes, others].find((each) => each.waiters.size > 0 && hasRoom(each));
      const [first] = own?.waiters ?? [];
      if (own === undefined || first === undefined) return;
      own.running++;
      first.admit();
      own.pace.admitted(own.waiters.size > 0);
    }
  }

  function leaver(own: Lane): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      own.running--;
      pump();
    };
  }

  function tryEnter(own: Lane): (() => void) | undefined {
    if (own.waiters.size > 0 || !hasRoom(own)) return undefined;
    own.running++;
    return leaver(own);
  }

  function patienceMs(own: Lane): number {
    const { maxWaitMs, overloadedWaitMs = maxWaitMs / 5 } = options;
    const isOverloaded = performance.now() - lastInVainMs < maxWaitMs;
    return isOverloaded && own === others ? overloadedWaitMs : maxWaitMs;
  }

  async function wait(own: Lane, signal: AbortSignal | undefined): Promise<() => void> {
    const { waiters, pace } = own;
    const maxMs = patienceMs(own);
    if (waiters.size >= options.maxWaiting || (waiters.size + 1) * pace.intervalMs() > maxMs) {
      lastInVainMs = performance.now();
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
        resolve(leaver(own));
      },
      refuse: (why) => {
        over();
        reject(new GateClosed(why));
      },
    };
    const timer = setTimeout(() => {
      lastInVainMs = performance.now();
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
      pump();
    },
  };
}

/** How long it takes, on average, until the next one gets in while somebody waits. */
interface Pace {
  readonly admitted: (isWaitedFor: boolean) => void;
  /** 0 while too little is known. */
  readonly intervalMs: () => number;
}

const fewestIntervals = 10;
const smoothing = 0.05;

function createPace(): Pace {
  let count = 0;
  let averageMs = 0;
  let lastMs: number | undefined;
  return {
    admitted(isWaitedFor) {
      const now = performance.now();
      if (lastMs !== undefined) {
        count++;
        averageMs += (now - lastMs - averageMs) * Math.max(smoothing, 1 / count);
      }
      lastMs = isWaitedFor ? now : undefined;
    },
    intervalMs: () => (count < fewestIntervals ? 0 : averageMs),
  };
}
