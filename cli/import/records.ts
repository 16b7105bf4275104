import { parse, type CsvError, type Info, type Parser } from 'csv-parse';
import { maxLineBytes, refusedLine, type RefusedLine } from './row.ts';

/** The cells of a record, and the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A line of the text with its end, or a piece of it. */
interface Piece {
  readonly line: number;
  readonly text: string;
}

interface Format {
  readonly delimiter: string;
  readonly lineEnd: string;
}

interface Parsed {
  readonly record: string[];
  readonly info: Info;
}

/**
 * Reads the records of CSV. A misplaced quote costs the lines of its record only: after it the parser would take what
 * follows for a part of the cell, or drop it, so a new parser begins at the next line. After a quote that is never
 * closed, reading stops.
 */
export async function* readRecords(
  text: AsyncIterable<string>,
  format: Format,
): AsyncGenerator<CsvRecord | RefusedLine> {
  let state = begin(format, 0);
  let recent: Piece[] = [];
  for await (const piece of pieces(text)) {
    const queue = [piece];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next.line <= state.before) continue;
      state.parser.write(next.text);
      const [error] = state.errors;
      for (let read = take(state.parser); read !== undefined; read = take(state.parser)) {
        if (isBefore(read, error)) yield found(state, read);
      }
      recent = [...recent.filter(({ line }) => line >= piece.line - 1), next];
      if (error === undefined) continue;
      const refused = toRefused(error, state);
      yield refused;
      if (isFatal(error)) return;
      // The parser looks ahead, so it may have found the error only with the line after it.
      queue.unshift(...recent.filter(({ line }) => line > refused.line));
      recent = [];
      state = begin(format, refused.line);
    }
  }
  state.parser.end();
  for await (const read of state.parser as AsyncIterable<Parsed>) yield found(state, read);
  const [error] = state.errors;
  if (error !== undefined) yield toRefused(error, state);
}

interface State {
  readonly parser: Parser;
  readonly errors: readonly CsvError[];
  /** How many lines there are before the first one of this parser. */
  readonly before: number;
  /** The last line of the last record. */
  last: number;
}

function begin({ delimiter, lineEnd }: Format, before: number): State {
  const errors: CsvError[] = [];
  const parser = parse({
    info: true,
    // The parser would trim tabs between empty cells, too.
    trim: true,
    delimiter,
    record_delimiter: [lineEnd],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxLineBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) errors.push(error);
    },
  });
  return { parser, errors, before, last: before };
}

function take(parser: Parser): Parsed | undefined {
  return (parser.read() as Parsed | null) ?? undefined;
}

/** The parser may have gone on after the error; those lines are read again. */
function isBefore({ info }: Parsed, error: CsvError | undefined): boolean {
  return error === undefined || isFatal(error) || info.lines < linesOf(error);
}

function linesOf(error: CsvError): number {
  return 'lines' in error && typeof error.lines === 'number' ? error.lines : 0;
}

function found(state: State, { record, info }: Parsed): CsvRecord {
  state.last = state.before + info.lines;
  const breaks = record.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
  return { line: state.last - breaks, cells: record };
}

function isFatal({ code }: CsvError): boolean {
  return code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE';
}

function toRefused(error: CsvError, { before, last }: State): RefusedLine {
  if (!isFatal(error)) return refusedLine(before + linesOf(error), '', 'MALFORMED_LINE', messageOf(error));
  const why =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? `a record is longer than ${maxLineBytes} bytes, perhaps because a quote is not closed`
      : 'a quote is not closed';
  return refusedLine(last + 1, '', 'MALFORMED_FILE', `${why}, so the file is not read from here on`);
}

/** The parser counts lines from where it began, so its number is left out. */
function messageOf({ message }: CsvError): string {
  return `${message.replace(/ at line \d+/, '')}. A quote in a cell is written twice, and the cell in quotes`;
}

/** Splits the text after each line end. A line that is too long for the parser comes in pieces with the same number. */
async function* pieces(text: AsyncIterable<string>): AsyncGenerator<Piece> {
  let line = 1;
  let rest = '';
  for await (const chunk of text) {
    for (const [piece] of chunk.matchAll(/[^\r\n]*[\r\n]|[^\r\n]+$/g)) {
      rest += piece;
      const ended = /[\r\n]$/.test(piece);
      if (!ended && rest.length <= maxLineBytes) continue;
      yield { line, text: rest };
      rest = '';
      if (ended) line++;
    }
  }
  if (rest !== '') yield { line, text: rest };
}
