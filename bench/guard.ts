import { cpuOneProcess, roundTripsOfAddItem, roundTripsOfCheckout, roundTripsOfKeptCart } from './bars.ts';
import type { RowResult } from './results.ts';

/** A figure that must not get worse than what was recorded. All of them are better if they are smaller. */
export interface Guarded {
  readonly row: string;
  readonly figure: string;
  readonly recorded: number;
  /** How much more than `recorded` is taken for noise. */
  readonly margin: number;
  /** A smaller value fails, too. Otherwise it would hide as many more as it is below what is recorded. */
  readonly exact?: boolean;
}

/**
 * What `npm run bench -- --guard` holds. The row counts round trips exactly, because every call of
 * a kind finds the caches in the same state. So one more fails, and one less until it is recorded here.
 * tests/integration/platform/round-trips.test.ts names each. The ratio of processor times varies between runs and machines.
 */
export const guarded: readonly Guarded[] = [
  { row: 'round-trips', figure: roundTripsOfCheckout, recorded: 14, margin: 0.5, exact: true },
  { row: 'round-trips', figure: roundTripsOfAddItem, recorded: 3, margin: 0.5, exact: true },
  { row: 'round-trips', figure: roundTripsOfKeptCart, recorded: 1, margin: 0.5, exact: true },
  { row: 'cpu', figure: cpuOneProcess, recorded: 3.2, margin: 0.8 },
];

/** The settings of a guarded run. The recorded values are those of one process. */
export const guardSettings = { PROCESSES: '1' };

/** In this order the platform starts only once: `cpu` has its baseline first, without a platform. */
export const guardedRows: readonly string[] = ['cpu', 'round-trips'];

/** One sentence for each guarded figure that got worse, that is no longer what was recorded, or that was not measured. */
export function worseThanRecorded(
  results: readonly Pick<RowResult, 'row' | 'figures'>[],
  held: readonly Guarded[] = guarded,
): readonly string[] {
  return held.flatMap(({ row, figure, recorded, margin, exact = false }) => {
    const value = results.find((result) => result.row === row)?.figures.find(({ name }) => name === figure)?.value;
    const limit = recorded + margin;
    if (exact && value !== undefined && value < recorded - margin)
      return [
        `${row}: ${figure} is ${value.toFixed(2)}, which is better: record it instead of ${recorded} (bench/guard.ts)`,
      ];
    if (value !== undefined && value <= limit) return [];
    const found = value === undefined ? 'was not measured' : `is ${value.toFixed(2)}`;
    return [
      `${row}: ${figure} ${found}; recorded are ${recorded}, and ${limit.toFixed(2)} is the limit (bench/guard.ts)`,
    ];
  });
}
