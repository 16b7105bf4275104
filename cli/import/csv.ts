import { parse, type CsvError, type Info } from 'csv-parse';
import { Readable } from 'node:stream';
import { parseAmount } from '../format.ts';
import { currencyProblem, minorDigits } from '../../proto/currencies.ts';
import { badText, maxLineBytes, refusedLine, type ReadLine, type Refusal, type RefusedLine, type Row } from './row.ts';

export interface CsvOptions {
  /** The currency of prices if there is no column `currency`. */
  readonly currency: string;
}

type Product = NonNullable<Row['product']>;
/** The cells of a record, by column. */
type Cells = ReadonlyMap<string, string>;

const texts = { name: 'name', description: 'description', category: 'category', image_url: 'imageUrl' } as const;
const columns = ['sku', ...Object.keys(texts), 'price', 'currency', 'available_quantity'];
const attributePrefix = 'attributes.';

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
 * is the attribute `color`; an empty cell removes it. A malformed line is refused, and reading goes on. After a quote
 * that is never closed, reading stops.
 * @throws Error if the header is invalid
 */
export async function* readCsv(input: Readable, options: CsvOptions): AsyncGenerator<ReadLine> {
  const skipped: RefusedLine[] = [];
  let fatal: RefusedLine | undefined;
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxLineBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error === undefined || fatal !== undefined) return;
      if (isFatal(error)) fatal = toRefused(error);
      else skipped.push(toRefused(error));
    },
  });
  const text = Readable.from(unixLines(input, () => fatal !== undefined));
  text.once('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let header: readonly string[] | undefined;
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    yield* skipped.splice(0);
    if (header === undefined) header = readHeader(record);
    else yield readRecord(header, record, info.lines, options);
  }
  yield* skipped;
  if (fatal !== undefined) yield fatal;
}

/**
 * The text with `\n` line ends, because the parser counts `\r\n` within quotes twice. Stops when `ended` returns true.
 */
async function* unixLines(input: Readable, ended: () => boolean): AsyncGenerator<string> {
  let rest = '';
  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    if (ended()) return;
    const text = rest + chunk;
    rest = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - rest.length).replaceAll('\r\n', '\n');
  }
  if (rest !== '') yield rest;
}

function isFatal({ code }: CsvError): boolean {
  return code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE';
}

function toRefused(error: CsvError): RefusedLine {
  const at = 'lines' in error && typeof error.lines === 'number' ? error.lines : 0;
  if (!isFatal(error)) return refusedLine(at, '', 'MALFORMED_LINE', error.message);
  const why =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? `a record is longer than ${maxLineBytes} bytes, perhaps because a quote is not closed`
      : 'a quote is not closed';
  return refusedLine(at, '', 'MALFORMED_FILE', `${why}, so the rest of the file is not read: ${error.message}`);
}

function readHeader(record: readonly string[]): readonly string[] {
  const header = record.map((name) => name.trim());
  const unknown = header.filter((name) => !columns.includes(name) && !isAttribute(name));
  if (unknown.length > 0) {
    const known = [...columns, `${attributePrefix}<name>`].join(', ');
    throw new Error(
      `unknown column ${unknown.map((name) => JSON.stringify(name)).join(', ')}: the possible columns are ${known}`,
    );
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the column ${twice} exists twice: remove one`);
  if (!header.includes('sku')) throw new Error('there is no column sku, by which products are identified: add it');
  return header;
}

function isAttribute(name: string): boolean {
  return name.startsWith(attributePrefix) && name.length > attributePrefix.length;
}

function readRecord(header: readonly string[], record: readonly string[], line: number, options: CsvOptions): ReadLine {
  if (record.length !== header.length) {
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
  const attributes = [...cells].filter(([column]) => isAttribute(column));
  if (attributes.length > 0) {
    const entries = attributes.map(([column, cell]) => [column.slice(attributePrefix.length), cell] as const);
    product.attributes = Object.fromEntries(entries.filter(([, cell]) => cell !== ''));
    paths.push('attributes');
  }
  product.availableQuantity = readQuantity(cells.get('available_quantity') ?? '');
  return { product, updateMask: { paths } };
}

function readPrice(cells: Cells, options: CsvOptions): Product['price'] {
  const cell = cells.get('price') ?? '';
  if (cell === '') return undefined;
  const currencyCode = cells.get('currency') || options.currency;
  const problem = currencyProblem(currencyCode);
  if (problem !== undefined) throw new BadCell('currency', problem);
  const minorUnits = parseAmount(cell, currencyCode);
  if (minorUnits !== undefined) return { currencyCode, minorUnits };
  const decimals = minorDigits(currencyCode);
  throw new BadCell('price', `must be a number such as 19.99 with at most ${decimals} decimals in ${currencyCode}`);
}

function readQuantity(cell: string): number {
  if (/^\d{0,10}$/.test(cell) && Number(cell) <= 1_000_000_000) return Number(cell);
  throw new BadCell('available_quantity', 'must be a whole number from 0 to 1000000000');
}
