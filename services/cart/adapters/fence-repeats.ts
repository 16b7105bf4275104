import type { Redis } from 'ioredis';
import { within } from '../../../platform/data/redis/guard.ts';

/** What is said of a user's cart by a fence, or by several that failed. */
export interface Fence {
  /** No cart older than this is kept or served. */
  readonly version?: bigint | undefined;
  /** The order whose claim keeps all carts out; `*` if several orders claim at the same time. */
  readonly claim?: string | undefined;
}

export interface FenceRepeatsOptions {
  readonly redis: Pick<Redis, 'status' | 'once' | 'off'>;
  /** Writes the fence. Called only while the connection is ready. */
  readonly write: (userId: string, fence: Fence) => Promise<unknown>;
  /** Longest wait for the answers to one batch. */
  readonly answerWithinMs: number;
  /** After this time no cart is left that the fence could remove. */
  readonly neededMs: number;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

/** Writes fences that failed again, in the background, until Redis has them or they are no longer needed. */
export interface FenceRepeats {
  readonly add: (userId: string, fence: Fence) => void;
  readonly stop: () => void;
}

interface Waiting extends Fence {
  readonly untilMs: number;
}

const firstPauseMs = 25;
const longestPauseMs = 1000;
const batch = 100;
/** With more users waiting, the oldest fence is forgotten: the carts that it had to remove expire first. */
export const mostWaiting = 2000;

/**
 * A fence may be written late or twice: it only removes carts, and the script of a version keeps a newer cart. While the
 * connection is away nothing is tried; its return starts the next try. A timer runs only while a fence waits.
 */
export function createFenceRepeats(options: FenceRepeatsOptions): FenceRepeats {
  const { redis, write, answerWithinMs, neededMs, now } = options;
  // The oldest first, since a fence that fails again moves to the end.
  const waiting = new Map<string, Waiting>();
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;
  let isPlanned = false;
  let isRunning = false;
  let isStopped = false;

  function plan(): void {
    if (waiting.size === 0 || isPlanned || isRunning || isStopped) return;
    isPlanned = true;
    redis.once('ready', run);
    if (redis.status === 'ready') timer = setTimeout(run, pauseMs).unref();
  }

  function unplan(): void {
    isPlanned = false;
    redis.off('ready', run);
    clearTimeout(timer);
  }

  function run(): void {
    unplan();
    isRunning = true;
    void repeatAll()
      .then(
        () => firstPauseMs,
        () => Math.min(2 * pauseMs, longestPauseMs),
      )
      .then((nextPauseMs) => {
        pauseMs = nextPauseMs;
        isRunning = false;
        plan();
      });
  }

  async function repeatAll(): Promise<void> {
    while (redis.status === 'ready') {
      forgetOld();
      const next = [...waiting.entries().take(batch)];
      if (next.length === 0) return;
      await within(answerWithinMs, Promise.all(next.map(async ([userId, fence]) => write(userId, fence))));
      // A fence that failed meanwhile has replaced the one that was written.
      for (const [userId, fence] of next) if (waiting.get(userId) === fence) waiting.delete(userId);
    }
  }

  function forgetOld(): void {
    for (const [userId, { untilMs }] of waiting) {
      if (untilMs > now()) return;
      waiting.delete(userId);
    }
  }

  return {
    add: (userId, fence) => {
      if (isStopped) return;
      const before = waiting.get(userId);
      waiting.delete(userId);
      waiting.set(userId, { ...joined(before, fence), untilMs: now() + neededMs });
      const [oldest] = waiting.keys();
      if (waiting.size > mostWaiting && oldest !== undefined) waiting.delete(oldest);
      plan();
    },
    stop: () => {
      isStopped = true;
      unplan();
      waiting.clear();
    },
  };
}

function joined(before: Fence | undefined, { version, claim }: Fence): Fence {
  const former = before ?? {};
  const isNewer = version !== undefined && (former.version === undefined || version > former.version);
  const isOther = claim !== undefined && former.claim !== undefined && claim !== former.claim;
  return { version: isNewer ? version : former.version, claim: isOther ? '*' : (claim ?? former.claim) };
}
