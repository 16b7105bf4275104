import { barText, type Bar, type Judged } from './bars.ts';
import type { Change } from './compare.ts';
import { valueText, type Figure } from './figures.ts';
import type { RowResult } from './results.ts';

const nameWidth = 66;
const valueWidth = 12;

/** The figures of a row, each with its bar if it has one, and what failed. */
export function rowText({ figures, failures, judged }: RowResult): string {
  const lines = figures.map((figure) => {
    const own = judged.find(({ bar }) => bar.figure === figure.name);
    return `  ${figureText(figure)}${own === undefined ? '' : `   ${verdictText(own)}`}`;
  });
  return [...lines, ...failures.map((failure) => `  ✗ ${failure}`)].join('\n');
}

/** One line for each bar. */
export function barsText(rows: readonly RowResult[]): string {
  const judged = rows.flatMap((row) => row.judged.map((one) => ({ ...one, row })));
  const lines = judged.map((one) => {
    const unit = one.row.figures.find(({ name }) => name === one.bar.figure)?.unit ?? 'ratio';
    const value = one.value === undefined ? '—' : valueText({ value: one.value, unit });
    const name = `${one.row.row}: ${one.bar.figure}`;
    return `  ${name.padEnd(nameWidth)} ${value.padStart(valueWidth)}   ${verdictText(one)}`;
  });
  const passed = judged.filter(({ verdict }) => verdict === 'pass').length;
  const missing = judged.filter(({ verdict }) => verdict === 'not measured').map(({ bar }) => bar);
  return [`Bars: ${passed} of ${judged.length} are reached`, ...lines, ...notMeasuredLines(missing)].join('\n');
}

/** How to measure the bars that this run has not measured: a line for each command. */
function notMeasuredLines(missing: readonly Bar[]): readonly string[] {
  const byCommand = Map.groupBy(missing, ({ row, measuredBy = row }) => measuredBy);
  return [...byCommand].map(([args, some]) => {
    const figures = some.map(({ figure }) => figure).join('; ');
    return `Not measured: ${figures}. Measure it with: npm run bench -- ${args}`;
  });
}

export function changesText(file: string, changes: readonly Change[]): string {
  const known = changes.filter(({ before }) => before !== undefined);
  const lines = known.map(({ row, name, unit, before = Number.NaN, after, percent }) => {
    const old = valueText({ value: before, unit });
    const change = percent === undefined ? '' : `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
    const now = valueText({ value: after, unit });
    const label = `${row}: ${name}`;
    return `  ${label.padEnd(nameWidth)} ${old.padStart(valueWidth)} → ${now.padStart(valueWidth)} ${change.padStart(10)}`;
  });
  const others = changes.length - known.length;
  const rest = others === 0 ? [] : [`  ${others} figures of this run have no earlier value`];
  return [`Compared with ${file}`, ...lines, ...rest].join('\n');
}

function figureText(figure: Figure): string {
  return `${figure.name.padEnd(nameWidth)} ${valueText(figure).padStart(valueWidth)}`;
}

function verdictText({ bar, verdict, why }: Judged): string {
  return `${barText(bar).padEnd(8)} ${verdict}${why === undefined ? '' : `: ${why}`}`;
}
