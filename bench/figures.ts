import { told, type Failures, type Times } from './statistics.ts';

type Unit = '/s' | 'ms' | 's' | 'MiB' | 'ratio' | 'count';

/** One measured number. A row has one figure of each name, in all runs, so that runs can be compared. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
}

/** What a row has found. */
export interface Findings {
  readonly figures: readonly Figure[];
  /** What went wrong meanwhile. If there is anything, the row has failed, whatever its figures say. */
  readonly failures: readonly string[];
}

export interface Notes {
  add(name: string, value: number, unit: Unit): void;
  /** Percentiles: `<what> p50, <load>` and so on. */
  times(what: string, load: string, times: Times): void;
  /** Notes failed operations, if there are any. */
  failed(what: string, failures: Failures): void;
  fail(what: string): void;
  findings(): Findings;
}

export function createNotes(): Notes {
  const figures: Figure[] = [];
  const failures: string[] = [];
  const add = (name: string, value: number, unit: Unit): void => void figures.push({ name, value, unit });
  return {
    add,
    times(what, load, times) {
      for (const percentile of ['p50', 'p90', 'p99'] as const)
        add(`${what} ${percentile}, ${load}`, times[percentile], 'ms');
    },
    failed(what, failed) {
      if (failed.count > 0) failures.push(`${what}: ${told(failed)}`);
    },
    fail: (what) => void failures.push(what),
    findings: () => ({ figures, failures }),
  };
}

/** `1 user`, `16 users`. */
export function usersText(users: number): string {
  return users === 1 ? '1 user' : `${users} users`;
}

/** For example 1,000,000. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

const decimals: Readonly<Record<Unit, (value: number) => number>> = {
  '/s': (value) => (value < 100 ? 1 : 0),
  ms: (value) => (value < 1 ? 3 : value < 100 ? 1 : 0),
  s: () => 1,
  MiB: () => 0,
  ratio: (value) => (value < 1 ? 3 : 2),
  count: (value) => (Number.isInteger(value) ? 0 : 1),
};

/** The value with its unit, for people. */
export function valueText({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const number = value.toLocaleString('en-US', {
    minimumFractionDigits: decimals[unit](Math.abs(value)),
    maximumFractionDigits: decimals[unit](Math.abs(value)),
  });
  if (unit === 'ratio' || unit === 'count') return number;
  return unit === '/s' ? `${number}/s` : `${number} ${unit}`;
}
