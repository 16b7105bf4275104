import { setTimeout as delay } from 'node:timers/promises';
import type { Window } from './window.ts';

/** Percentiles of durations, in milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Operations that failed, by the message of their error. */
export interface Failures {
  readonly count: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** The result of a load. Failed operations count in `failures` only, also those of the warm-up. */
export interface Measured {
  /** Operations that ended within the window. */
  readonly count: number;
  readonly perSecond: number;
  /** By the name of what was timed, for example `checkout`. */
  readonly times: Readonly<Record<string, Times>>;
  readonly failures: Failures;
}

/** What one operation took, by the name of the part, in milliseconds. */
export type Durations = Readonly<Record<string, number>>;

/** After a failure a user rests, so that a server that is down does not get a storm of calls. */
const restMs = 100;
/** Ids are cut out of messages, so that failures for the same reason count together. */
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export function timesOf(durations: readonly number[]): Times {
  const sorted = durations.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** The times with this name. @throws Error if nothing has it */
export function timesNamed({ times }: Measured, name: string): Times {
  const found = times[name];
  if (found === undefined) throw new Error(`nothing was timed as ${name}`);
  return found;
}

/** Counts errors by their messages. */
export interface ErrorCount {
  readonly add: (error: unknown) => void;
  readonly failures: () => Failures;
}

export function createErrorCount(): ErrorCount {
  const reasons = new Map<string, number>();
  let count = 0;
  return {
    add: (error) => {
      const reason = (error instanceof Error ? error.message : String(error)).replaceAll(uuid, '<id>');
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      count++;
    },
    failures: () => ({ count, reasons: Object.fromEntries(reasons) }),
  };
}

/** Counts what operations took and how they failed. */
export interface Tally {
  /** Runs an operation. @returns false if it failed */
  attempt(operation: () => Promise<Durations>): Promise<boolean>;
  /** @throws Error if no operation succeeded within the window */
  result(): Measured;
}

export function createTally(window: Window): Tally {
  const durations = new Map<string, number[]>();
  const errors = createErrorCount();
  let count = 0;
  // On a machine that is busy otherwise, the first operations can take longer than the window.
  window.needs(() => count > 0);
  const add = (taken: Durations) => {
    count++;
    for (const [name, ms] of Object.entries(taken)) {
      const known = durations.get(name);
      if (known === undefined) durations.set(name, [ms]);
      else known.push(ms);
    }
  };
  return {
    async attempt(operation) {
      try {
        const taken = await operation();
        if (window.isOpen()) add(taken);
        return true;
      } catch (error) {
        errors.add(error);
        return false;
      }
    },
    result() {
      const failures = errors.failures();
      if (count === 0)
        throw new Error(`no operation succeeded in the window${failures.count > 0 ? `; ${told(failures)}` : ''}`);
      const times = Object.fromEntries([...durations].map(([name, all]) => [name, timesOf(all)]));
      return { count, perSecond: count / window.seconds(), times, failures };
    },
  };
}

/** The failures as one line for people. */
export function told({ count, reasons }: Failures): string {
  const most = Object.entries(reasons).toSorted(([, left], [, right]) => right - left);
  const shown = most.slice(0, 3).map(([reason, times]) => `${reason} (${times} ×)`);
  return `${count} failed: ${shown.join('; ')}${most.length > 3 ? ' …' : ''}`;
}

/**
 * A closed load: each user begins the next operation when the last one has ended, until the window is over.
 * @param once runs one operation and tells what it took
 */
export async function drive(
  window: Window,
  users: number,
  once: (user: number) => Promise<Durations>,
): Promise<Measured> {
  const tally = createTally(window);
  const use = async (user: number) => {
    while (!window.isOver()) if (!(await tally.attempt(() => once(user)))) await delay(restMs);
  };
  await Promise.all(Array.from({ length: users }, (_, user) => use(user)));
  return tally.result();
}

/**
 * An open load: operations begin at a fixed rate, however long they take. The time of one counts from when it was due,
 * so a server that stalls cannot hide behind a client that waits.
 */
export async function pace(
  window: Window,
  perSecond: number,
  name: string,
  once: () => Promise<unknown>,
): Promise<Measured> {
  const tally = createTally(window);
  const running = new Set<Promise<unknown>>();
  for (let due = performance.now(); !window.isOver(); due += 1000 / perSecond) {
    await delay(Math.max(0, due - performance.now()));
    const dueMs = due;
    const attempt = tally.attempt(async () => {
      await once();
      return { [name]: performance.now() - dueMs };
    });
    running.add(attempt);
    void attempt.then(() => running.delete(attempt));
  }
  await Promise.all(running);
  return tally.result();
}
