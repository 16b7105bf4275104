type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

const mostWide = 100;
const gap = '  ';
const narrowest = 8;
const shownOfId = 8;
const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$/;
const milliseconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/;

/** Prints one object: as lines `key  value`, or with --json as one JSON object. */
export function printOne(row: Row, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(row));
    return;
  }
  const width = Math.max(...Object.keys(row).map((key) => key.length));
  for (const [key, value] of Object.entries(row)) {
    if (value !== undefined && value !== '') console.log(`${key.padEnd(width)}  ${value}`);
  }
}

/** Prints a list: as a table, or with --json as a JSON array. Columns in `jsonOnly` are not in the table. */
export function printMany(rows: readonly Row[], json: boolean, jsonOnly: readonly string[] = []): void {
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  for (const line of tableOf(rows, jsonOnly)) console.log(line);
}

/**
 * The lines of a table, at most 100 wide. If it is wider, it shows 8 characters of each UUID and times without
 * milliseconds, and then cuts the widest columns
 * of the others.
 */
export function tableOf(rows: readonly Row[], hidden: readonly string[] = []): readonly string[] {
  const [first] = rows;
  if (first === undefined) return ['none'];
  const columns = Object.keys(first).filter((column) => !hidden.includes(column));
  const full = rows.map((row) => columns.map((column) => String(row[column] ?? '').replaceAll(/\s+/g, ' ')));
  const cells = sum(widthsOf([columns, ...full])) > room(columns) ? full.map((row) => row.map(shorter)) : full;
  const free = columns.map((_, index) => !cells.every((row) => time.test(row[index] ?? '')));
  const widths = fitted(widthsOf([columns, ...cells]), room(columns), free);
  return [columns, ...cells].map((row) =>
    row
      .map((cell, index) => cut(cell, widths[index] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

const room = (columns: readonly string[]): number => mostWide - gap.length * (columns.length - 1);
const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width, 0);

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const [header = []] = rows;
  return header.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
}

/** Narrows the widest columns. A time of which the end is cut says nothing, so such a column is not `free`. */
function fitted(widths: readonly number[], most: number, free: readonly boolean[]): readonly number[] {
  const narrowed = [...widths];
  for (;;) {
    const widest = Math.max(...narrowed.filter((_, index) => free[index]));
    if (sum(narrowed) <= most || widest <= narrowest) return narrowed;
    narrowed[narrowed.findIndex((width, index) => free[index] === true && width === widest)] = widest - 1;
  }
}

/** 8 characters of a UUID, and a time without milliseconds. */
function shorter(cell: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cell)
    ? cell.slice(0, shownOfId)
    : cell.replace(milliseconds, '$1Z');
}

function cut(cell: string, width: number): string {
  return cell.length <= width ? cell.padEnd(width) : `${cell.slice(0, width - 1)}…`;
}
