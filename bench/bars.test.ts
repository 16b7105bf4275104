import { expect, test } from 'vitest';
import { bars, barText, judge } from './bars.ts';
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
  expect(bars.filter(({ atLeast, atMost }) => (atLeast === undefined) === (atMost === undefined))).toEqual([]);
});

test('a value at the limit passes, and a value beyond it fails', () => {
  const verdictOf = (value: number) => judge('cpu', { figures: cpuIs(value), failures: [] })[0]?.verdict;
  expect([2.8, 2.81, Number.NaN].map(verdictOf)).toEqual(['pass', 'fail', 'fail']);
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
  expect(barText({ row: '', figure: '', atLeast: 0.4, leastOfAll: 0.3 })).toBe('≥ 0.4 (never below 0.3)');
});
