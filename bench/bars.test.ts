import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../deploy/dev/bootstrap/paths.mjs';
import { bars, barText, endedRatio, judge, spikeOrders, type Bar } from './bars.ts';
import { rows } from './rows/index.ts';

const cpuBars = bars.filter(({ row }) => row === 'cpu');
const [{ figure: ofCpu }] = cpuBars as [(typeof cpuBars)[number]];
const cpuIs = (value: number) => [{ name: ofCpu, value, unit: 'ratio' as const }];

test('every bar belongs to a row, and no two bars are for the same figure', () => {
  const names = new Set(rows.map(({ name }) => name));
  expect(bars.filter(({ row }) => !names.has(row))).toEqual([]);
  const keys = bars.map(({ row, figure }) => `${row}: ${figure}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every bar has exactly one limit', () => {
  const limits = ({ atLeast, atMost, below }: Bar) => [atLeast, atMost, below].filter((limit) => limit !== undefined);
  expect(bars.filter((bar) => limits(bar).length !== 1)).toEqual([]);
});

test('a value at the limit passes, and a value beyond it fails', () => {
  const verdictOf = (value: number) => judge('cpu', { figures: cpuIs(value), failures: [] })[0]?.verdict;
  expect([2.8, 2.81, Number.NaN].map(verdictOf)).toEqual(['pass', 'fail', 'fail']);
});

test('a value at a limit that it must stay below fails', () => {
  const { row, figure } = bars.find(({ below }) => below !== undefined) ?? { row: '', figure: '' };
  const verdictOf = (value: number) => {
    const judged = judge(row, { figures: [{ name: figure, value, unit: 'ms' }], failures: [] });
    return judged.find(({ bar }) => bar.figure === figure)?.verdict;
  };
  expect([49.9, 50].map(verdictOf)).toEqual(['pass', 'fail']);
});

test('a figure that was not measured is neither passed nor failed', () => {
  const verdicts = judge('cpu', { figures: cpuIs(1), failures: [] }).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['pass', 'not measured']);
});

test('failed operations fail every bar of the row, however good its figures are', () => {
  const judged = judge('cpu', { figures: cpuIs(1), failures: ['cycle: 1 failed'] });
  expect(judged.map(({ verdict, why }) => [verdict, why])).toEqual(cpuBars.map(() => ['fail', 'operations failed']));
});

test('a bar tells its limit', () => {
  expect(barText({ row: '', figure: '', atMost: 4 })).toBe('≤ 4');
  expect(barText({ row: '', figure: '', below: 50 })).toBe('< 50');
  expect(barText({ row: '', figure: '', atLeast: 0.4, leastOfAll: 0.3 })).toBe('≥ 0.4 (never below 0.3)');
});

test('docs/performance.md and the benchmark have the same bars', () => {
  const count = (limits: readonly string[], limit: string) => limits.filter((each) => each === limit).length;
  // A row of the page can tell of several bars. It says in words that every order of a spike ends.
  const [told, judged] = [limitsOfDocs(), bars.filter(({ figure }) => figure !== endedRatio(spikeOrders)).map(limitOf)];
  expect(told.filter((limit) => count(told, limit) > count(judged, limit))).toEqual([]);
  expect(judged.filter((limit) => !told.includes(limit))).toEqual([]);
});

function limitsOfDocs(): readonly string[] {
  const [tables = ''] = readFileSync(join(root, 'docs/performance.md'), 'utf8').split('\n## Where the time');
  const cells = tables.split('\n').flatMap((line) => (line.startsWith('|') ? line.split('|') : []));
  return cells.flatMap((cell) => /^ (?:[≤≥]|under) [\d.]+/.exec(cell)?.[0].trim().replace('under', '<') ?? []);
}

function limitOf(bar: Bar): string {
  return /^. [\d.]+/.exec(barText(bar))?.[0] ?? '';
}
