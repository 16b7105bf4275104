import { visibleLine } from '../platform/telemetry/visible.ts';
import type { CliError } from './exit.ts';
import { say, sayJson } from './say.ts';
import { tableOf, type Row, type TableOptions } from './table.ts';

/** Prints one object: as lines `key  value`, or with --json as one JSON object. */
export function printOne(row: Row, json: boolean): void {
  if (json) {
    sayJson(row);
    return;
  }
  const width = Math.max(...Object.keys(row).map((key) => key.length));
  for (const [key, value] of Object.entries(row)) {
    if (value !== undefined && value !== '') say(`${key.padEnd(width)}  ${visibleLine(String(value))}`);
  }
}

/**
 * Prints what a search found. If that is nothing, --json prints an empty array all the same, beside the error.
 * @throws the error that `nothing` makes
 */
export function printFound(rows: readonly Row[], json: boolean, nothing: () => CliError, options?: TableOptions): void {
  if (json || rows.length > 0) printMany(rows, json, options);
  if (rows.length === 0) throw nothing();
}

/** Prints a list: as a table, or with --json as a JSON array. */
export function printMany(rows: readonly Row[], json: boolean, options: TableOptions = {}): void {
  if (json) {
    sayJson(rows);
    return;
  }
  for (const line of tableOf(rows, options)) say(line);
}
