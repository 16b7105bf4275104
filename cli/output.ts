type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

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

/** Prints a list: as a table, or with --json as a JSON array. */
export function printMany(rows: readonly Row[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  const [first] = rows;
  if (first === undefined) {
    console.log('none');
    return;
  }
  const columns = Object.keys(first);
  const widthOf = (column: string) =>
    Math.max(...[column, ...rows.map((row) => String(row[column] ?? ''))].map((text) => text.length));
  const widths = columns.map(widthOf);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  console.log(line(columns));
  for (const row of rows) console.log(line(columns.map((column) => String(row[column] ?? ''))));
}
