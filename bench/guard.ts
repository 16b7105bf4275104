import { cpuOneProcess, roundTripsOfAddItem, roundTripsOfCheckout } from './bars.ts';
import type { RowResult } from './results.ts';

/** A figure that must not get worse than what was recorded. All of them are better if they are smaller. */
export interface Guarded {
  readonly row: string;
  readonly figure: string;
  readonly recorded: number;
  /** How much more than `recorded` is taken for noise. */
  readonly margin: number;
}

/**
 * What `npm run bench -- --guard` holds. Background work falls into the count of round trips, so one more is not noticed
 * here: tests/integration/platform/round-trips.test.ts names each. The ratio of processor times varies by a tenth between
 * runs, and more between machines.
 * Whoever makes a figure better records the new value here.
 */
export const guarded: readonly Guarded[] = [
  { row: 'round-trips', figure: roundTripsOfCheckout, recorded: 16.3, margin: 4 },
  { row: 'round-trips', figure: roundTripsOfAddItem, recorded: 3, margin: 2 },
  { row: 'cpu', figure: cpuOneProcess, recorded: 3.5, margin: 1 },
];

/** The settings of a guarded run. The recorded values are those of one process. */
export const guardSettings = { PROCESSES: '1' };

export const guardedRows: readonly string[] = [...new Set(guarded.map(({ row }) => row))];

/** One sentence for each guarded figure that got worse, or that was not measured. */
export function worseThanRecorded(
  results: readonly Pick<RowResult, 'row' | 'figures'>[],
  held: readonly Guarded[] = guarded,
): readonly string[] {
  return held.flatMap(({ row, figure, recorded, margin }) => {
    const value = results.find((result) => result.row === row)?.figures.find(({ name }) => name === figure)?.value;
    const limit = recorded + margin;
    if (value !== undefined && value <= limit) return [];
    const found = value === undefined ? 'was not measured' : `is ${value.toFixed(2)}`;
    return [
      `${row}: ${figure} ${found}; recorded are ${recorded}, and ${limit.toFixed(2)} is the limit (bench/guard.ts)`,
    ];
  });
}
