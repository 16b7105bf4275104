export interface GateOptions {
  /** How many may be inside at once. */
  readonly concurrency: number;
  /** How many may wait; who comes then is refused at once. Urgent ones have as many places of their own. */
  readonly maxWaiting: number;
  /** How long one may wait. */
  readonly maxWaitMs: number;
  /** Part of `maxWaitMs` that a newcomer waits in a queue that stands. Default 0.2; 1 is for work that people wait for. */
  readonly standingPatience?: number;
}

export interface EnterOptions {
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

/** Nothing was begun. `full`: nobody else may wait; `late`: it waited too long; `gone`: its caller no longer waits. */
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

/** Part of `maxWaitMs`: a queue that stands for longer is no burst. */
const standingShare = 0.5;

/**
 * Lets a bounded number in and lets a bounded number wait, for a bounded time. A burst may wait its time out; while the
 * queue has not been empty for half of that, whoever comes waits `standingPatience` of it at most, since in a standing
 * queue everybody would only wait the whole of it ("controlled delay": B. Maurer, Fail at Scale, ACM Queue 13(8), 2015).
 */
export function createGate(options: GateOptions): Gate {
  const urgentOnes = new Set<Waiter>();
  const others = new Set<Waiter>();
  let concurrency = options.concurrency;
  let running = 0;
  let lastEmptyMs = performance.now();

  function next(): Waiter | undefined {
    const [first] = urgentOnes.size > 0 ? urgentOnes : others;
    return first;
  }

  function pump(): void {
    for (let waiter = next(); waiter !== undefined && running < concurrency; waiter = next()) {
      running++;
      waiter.admit();
    }
    if (others.size === 0) lastEmptyMs = performance.now();
  }

  function leaver(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      running--;
      pump();
    };
  }

  function tryEnter(): (() => void) | undefined {
    if (running >= concurrency || urgentOnes.size + others.size > 0) return undefined;
    running++;
    lastEmptyMs = performance.now();
    return leaver();
  }

  function patienceMs(urgent: boolean): number {
    const { maxWaitMs } = options;
    const stands = performance.now() - lastEmptyMs > maxWaitMs * standingShare;
    return stands && !urgent ? maxWaitMs * (options.standingPatience ?? 0.2) : maxWaitMs;
  }

  async function wait(urgent: boolean, signal: AbortSignal | undefined): Promise<() => void> {
    const queue = urgent ? urgentOnes : others;
    if (others.size === 0) lastEmptyMs = performance.now();
    if (queue.size >= options.maxWaiting) throw new GateClosed('full');
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const gone = (): void => waiter.refuse('gone');
    const over = (): void => {
      queue.delete(waiter);
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
    };
    const waiter: Waiter = {
      admit: () => {
        over();
        resolve(leaver());
      },
      refuse: (why) => {
        over();
        if (others.size === 0) lastEmptyMs = performance.now();
        reject(new GateClosed(why));
      },
    };
    const timer = setTimeout(() => waiter.refuse('late'), patienceMs(urgent));
    signal?.addEventListener('abort', gone);
    queue.add(waiter);
    return promise;
  }

  return {
    tryEnter,
    enter: async ({ urgent = false, signal } = {}) => {
      if (signal?.aborted === true) throw new GateClosed('gone');
      return tryEnter() ?? wait(urgent, signal);
    },
    size: () => ({ running, waiting: urgentOnes.size + others.size, concurrency }),
    setConcurrency: (value) => {
      concurrency = value;
      pump();
    },
  };
}
