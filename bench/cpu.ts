import { processTree } from './proc.ts';
import type { Marks } from './window.ts';

/** The processes whose time is measured: a name, and the process whose descendants count with it. */
export type Roots = ReadonlyMap<string, number>;

/** Processor time in ms by process: `app`, `app 2`, `postgres`, … */
export type CpuTimes = Readonly<Record<string, number>>;

/**
 * The processor time used so far. A server with many processes, such as Postgres, is one entry. A process of ours that
 * has started others has an entry for each: they are numbered in the order of their start.
 */
export function readCpu(ours: Roots, servers: Roots): CpuTimes {
  const times: Record<string, number> = {};
  for (const [name, pid] of ours) {
    for (const [index, { ms }] of processTree(pid).entries()) times[index === 0 ? name : `${name} ${index + 1}`] = ms;
  }
  for (const [name, pid] of servers) times[name] = processTree(pid).reduce((sum, { ms }) => sum + ms, 0);
  return times;
}

/** A measurement that reads the processor time when the window of a load opens and when it closes. */
export interface CpuMeasurement {
  readonly marks: Marks;
  /** What was used meanwhile, divided by the number of operations. @throws Error before the window has closed */
  each(operations: number): CpuTimes;
}

export function measureCpu(read: () => CpuTimes): CpuMeasurement {
  let before: CpuTimes | undefined;
  let after: CpuTimes | undefined;
  return {
    marks: {
      began: () => (before = read()),
      ended: () => (after = read()),
    },
    each(operations) {
      if (before === undefined || after === undefined) throw new Error('the load has not ended yet');
      const known = before;
      // A process that started meanwhile has used all of its time since.
      return Object.fromEntries(
        Object.entries(after).map(([name, ms]) => [name, (ms - (known[name] ?? 0)) / operations]),
      );
    },
  };
}

/** The measurement with the lower sum. What else the machine does only adds to processor time. */
export function lowerOf<Found extends { readonly cpu: CpuTimes }>(one: Found, other: Found): Found {
  return sumOf(other.cpu) < sumOf(one.cpu) ? other : one;
}

export function sumOf(times: CpuTimes): number {
  return Object.values(times).reduce((sum, each) => sum + each, 0);
}
