import type { Figure } from './figures.ts';
import type { Earlier, RowResult } from './results.ts';

/** One figure of two runs. */
export interface Change {
  readonly row: string;
  readonly name: string;
  readonly unit: Figure['unit'];
  /** Undefined if the earlier run has no such figure. */
  readonly before: number | undefined;
  readonly after: number;
  /** Percent; undefined without a value before, or if that was 0. */
  readonly percent: number | undefined;
}

/** Each figure of this run beside the one of the same row and name of the earlier run. */
export function compareRuns(earlier: Earlier, now: readonly Pick<RowResult, 'row' | 'figures'>[]): readonly Change[] {
  const known = new Map(
    earlier.rows.flatMap(({ row, figures }) => figures.map(({ name, value }) => [keyOf(row, name), value] as const)),
  );
  return now.flatMap(({ row, figures }) =>
    figures.map(({ name, value: after, unit }) => {
      const before = known.get(keyOf(row, name)) ?? undefined;
      const percent = before === undefined || before === 0 ? undefined : (100 * (after - before)) / before;
      return { row, name, unit, before, after, percent };
    }),
  );
}

function keyOf(row: string, name: string): string {
  return `${row}\n${name}`;
}
