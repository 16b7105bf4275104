import type { Readable } from 'node:stream';
import { mostMinorUnits, parseAmount } from '../format.ts';
import { currencyProblem, minorDigits } from '../../proto/currencies.ts';
import { formatMoney } from '../../proto/money.ts';
import { attributeOf, delimiterOf, readHeader, texts } from './csv-header.ts';
import { textOf } from './decode.ts';
import { readRecords } from './records.ts';
import { badText, maxLineBytes, refusedLine, type ReadLine, type Refusal, type Row } from './row.ts';

export interface CsvOptions {
  /** The currency of prices if there is no column `currency`. */
  readonly currency: string;
}

type Product = NonNullable<Row['product']>;
/** The cells of a record, by column. */
type Cells = ReadonlyMap<string, string>;

class BadCell extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Reads a catalog in CSV. The first line names the columns, in any order; `sku` is required. Fields without a column
 * are not changed. A price is decimal, for example 19.99; an empty price is not changed. The column `attributes.color`
 * is the attribute `color`; an empty cell removes it, and attributes without a column stay. A malformed line is refused,
 * and reading goes on. After a quote that is never closed, reading stops.
 * @throws Error if the file is empty or its header is invalid
 */
export async function* readCsv(input: Readable, options: CsvOptions): AsyncGenerator<ReadLine> {
  const text = unixLines(input);
  const start = await untilHeader(text);
  let header: readonly string[] | undefined;
  for await (const read of readRecords(joined(start.text, text), start)) {
    if ('refusals' in read) {
      const [refusal] = read.refusals;
      if (header === undefined) throw new Error(`line ${read.line}, which must name the columns: ${refusal?.message}`);
      yield read;
      continue;
    }
    const cells = read.cells.map((cell) => cell.trim());
    // Spreadsheets end a file with lines of empty cells.
    if (cells.every((cell) => cell === '')) continue;
    if (header === undefined) header = readHeader(cells);
    else yield readRecord(header, cells, read.line, options);
  }
  if (header === undefined) throw new Error('the file is empty: its first line must name the columns');
}

/** Reads as far as the end of the first line that is not blank. */
async function untilHeader(lines: AsyncIterator<string>) {
  let text = '';
  while (!/[^\s,;][^\n\r]*[\n\r]/.test(text) && text.length < maxLineBytes) {
    const next = await lines.next();
    if (next.done === true) break;
    text += next.value;
  }
  const delimiter = delimiterOf(/[^\n\r]*[^\s,;][^\n\r]*/.exec(text)?.[0] ?? '');
  return { text, delimiter, lineEnd: /[\n\r]/.exec(text)?.[0] ?? '\n' };
}

async function* joined(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (start !== '') yield start;
  yield* rest;
}

/** The text with `\n` for `\r\n`, which the parser would count twice within quotes. A lone `\r` stays. */
async function* unixLines(input: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of textOf(input)) {
    const text = rest + chunk;
    rest = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - rest.length).replaceAll('\r\n', '\n');
  }
  if (rest !== '') yield rest;
}

function readRecord(header: readonly string[], record: readonly string[], line: number, options: CsvOptions): ReadLine {
  const beyond = record.slice(header.length).some((cell) => cell !== '');
  if (record.length < header.length || beyond) {
    const message = `has ${record.length} cells, but the header has ${header.length}`;
    return refusedLine(line, '', 'MALFORMED_LINE', message);
  }
  const cells = new Map(header.map((name, index) => [name, record[index] ?? '']));
  const refusals = [...cells].flatMap(([field, cell]): Refusal[] => {
    const message = badText(cell);
    return message === undefined ? [] : [{ line, field, reason: 'MALFORMED_TEXT', message }];
  });
  if (refusals.length > 0) return { line, refusals };
  try {
    return { line, row: toRow(cells, options) };
  } catch (error) {
    if (error instanceof BadCell) return refusedLine(line, error.field, 'MALFORMED_CELL', error.message);
    throw error;
  }
}

function toRow(cells: Cells, options: CsvOptions): Row {
  const product: Product = { sku: cells.get('sku') ?? '' };
  const paths = ['sku'];
  for (const [column, field] of Object.entries(texts)) {
    const cell = cells.get(column);
    if (cell === undefined) continue;
    product[field] = cell;
    paths.push(column);
  }
  const price = readPrice(cells, options);
  if (price !== undefined) {
    product.price = price;
    paths.push('price');
  }
  const attributes = [...cells].flatMap(([column, cell]) => {
    const name = attributeOf(column);
    return name === undefined ? [] : [[name, cell] as const];
  });
  if (attributes.length > 0) {
    product.attributes = Object.fromEntries(attributes);
    paths.push('attributes');
  }
  const pieces = cells.get('available_quantity') ?? '';
  if (pieces !== '') {
    product.availableQuantity = readQuantity(pieces);
    paths.push('available_quantity');
  }
  return { product, updateMask: { paths }, ...(attributes.length > 0 && { mergeAttributes: true }) };
}

function readPrice(cells: Cells, options: CsvOptions): Product['price'] {
  const cell = cells.get('price') ?? '';
  if (cell === '') return undefined;
  const currencyCode = cells.get('currency') || options.currency;
  const problem = currencyProblem(currencyCode);
  if (problem !== undefined) throw new BadCell('currency', problem);
  const minorUnits = parseAmount(withoutLastZeros(cell), currencyCode);
  if (minorUnits !== undefined) return { currencyCode, minorUnits };
  const decimals = minorDigits(currencyCode);
  const most = formatMoney({ currencyCode, minorUnits: mostMinorUnits });
  throw new BadCell('price', `must be a number such as 19.99 with at most ${decimals} decimals, and at most ${most}`);
}

/** `1000.00` is 1000 yen, and `34.0000` is 34 dollars: spreadsheets and databases write zeros that say nothing. */
function withoutLastZeros(number: string): string {
  return /^\d+\.\d+$/.test(number) ? number.replace(/\.?0+$/, '') : number;
}

function readQuantity(cell: string): number {
  const whole = withoutLastZeros(cell);
  if (/^\d{1,10}$/.test(whole) && Number(whole) <= 1_000_000_000) return Number(whole);
  throw new BadCell('available_quantity', 'must be a whole number from 0 to 1000000000');
}
