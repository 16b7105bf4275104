import { visibleLine } from '../platform/telemetry/visible.ts';
import { fold } from './fold.ts';
import { fitTo, widthOf } from './graphemes.ts';

type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

export interface TableOptions {
  /** Columns that only `--json` has. */
  readonly jsonOnly?: readonly string[];
  /** Columns whose ids are not shortened, because the reader needs them for the next command. */
  readonly whole?: readonly string[];
  /** Columns that always stand in lines of their own, where they are not empty. */
  readonly below?: readonly string[];
  /** Columns of free text. The others carry the meaning and are never cut. */
  readonly text?: readonly string[];
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  readonly isText: boolean;
  readonly isWhole: boolean;
}

const mostWide = 100;
const gap = '  ';
const leastOfText = 24;
const shownOfId = 8;
const indent = 4;
const id = /\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const milliseconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/;

/**
 * The lines of a table, at most 100 columns of the terminal wide. If it is wider, it shows 8 characters of each UUID,
 * except of `whole` columns, and times without milliseconds. Then free text takes what is left. Where that is less than
 * 24 characters, the last such columns stand
 * whole in lines of their own, below their row.
 */
export function tableOf(
  rows: readonly Row[],
  { jsonOnly = [], text = [], whole = [], below: apart = [] }: TableOptions = {},
): readonly string[] {
  const [first] = rows;
  if (first === undefined) return ['none'];
  const columns = Object.keys(first)
    .filter((name) => !jsonOnly.includes(name))
    .map((name): Column => {
      const cells = rows.map((row) => visibleLine(String(row[name] ?? '').replaceAll(/\s+/g, ' ')));
      return { name, cells, isText: text.includes(name), isWhole: whole.includes(name) };
    });
  const beside = besides(columns.filter(({ name }) => !apart.includes(name)));
  const below = columns.filter(({ name }) => !beside.some((column) => column.name === name));
  const widths = fitted(beside);
  const line = (cellOf: (column: Column) => string): string =>
    beside
      .map((column, index) => fitTo(cellOf(column), widths[index] ?? 0))
      .join(gap)
      .trimEnd();
  return [
    line(({ name }) => name),
    ...rows.flatMap((_, row) => [line(({ cells }) => cells[row] ?? ''), ...linesBelow(below, row)]),
  ];
}

/** The columns that stand beside each other, as they are shown. */
function besides(columns: readonly Column[]): readonly Column[] {
  if (total(columns.map(wholeOf)) <= mostWide) return columns;
  const beside = columns.map((column) => ({
    ...column,
    cells: column.isWhole ? column.cells : column.cells.map(shorter),
  }));
  while (total(beside.map(leastOf)) > mostWide) {
    const last = beside.findLastIndex(({ isText }) => isText);
    if (last === -1) break;
    beside.splice(last, 1);
  }
  return beside;
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
const wholeOf = ({ name, cells }: Column): number => Math.max(...[name, ...cells].map(widthOf));
const leastOf = (column: Column): number => (column.isText ? Math.min(wholeOf(column), leastOfText) : wholeOf(column));

/** Narrows the widest columns of text until the table fits. */
function fitted(columns: readonly Column[]): readonly number[] {
  const widths = columns.map(wholeOf);
  const least = columns.map(leastOf);
  const canNarrow = (index: number): boolean => (widths[index] ?? 0) > (least[index] ?? 0);
  while (total(widths) > mostWide) {
    const widest = Math.max(...widths.filter((_, index) => canNarrow(index)));
    const at = widths.findIndex((width, index) => width === widest && canNarrow(index));
    if (at === -1) break;
    widths[at] = widest - 1;
  }
  return widths;
}

function linesBelow(columns: readonly Column[], row: number): readonly string[] {
  return columns.flatMap(({ name, cells }) => {
    const cell = cells[row] ?? '';
    if (cell === '') return [];
    return fold(`${name}: ${cell}`, mostWide - 2 * indent).map(
      (line, index) => ' '.repeat(index === 0 ? indent : 2 * indent) + line,
    );
  });
}

/** 8 characters of a UUID, and a time without milliseconds. */
function shorter(cell: string): string {
  return cell.replace(id, (_, begin: string) => begin.slice(0, shownOfId)).replace(milliseconds, '$1Z');
}
