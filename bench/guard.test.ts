import { expect, test } from 'vitest';
import { bars, roundTripsOfKeptCart } from './bars.ts';
import { guarded, guardedRows, worseThanRecorded } from './guard.ts';
import { rows } from './rows/index.ts';

const held = [{ row: 'cpu', figure: 'ratio', recorded: 3, margin: 0.5 }];
const found = (value: number) => [{ row: 'cpu', figures: [{ name: 'ratio', value, unit: 'ratio' as const }] }];

test('a value within the margin passes, and a larger one is named with its limit', () => {
  expect(worseThanRecorded(found(3.5), held)).toEqual([]);
  expect(worseThanRecorded(found(3.51), held)).toEqual([
    'cpu: ratio is 3.51; recorded are 3, and 3.50 is the limit (bench/guard.ts)',
  ]);
});

test('one more or one less than an exact value fails', () => {
  const exact = held.map((each) => ({ ...each, exact: true }));
  expect(worseThanRecorded(found(3), exact)).toEqual([]);
  expect(worseThanRecorded(found(4), exact)).toEqual([expect.stringContaining('3.50 is the limit')]);
  expect(worseThanRecorded(found(2), exact)).toEqual([
    'cpu: ratio is 2.00, which is better: record it instead of 3 (bench/guard.ts)',
  ]);
  expect(worseThanRecorded(found(2), held)).toEqual([]);
});

test('every count is exact, with a margin that one more exceeds', () => {
  const counts = guarded.filter(({ row }) => row === 'round-trips');
  expect(counts).toHaveLength(3);
  for (const { recorded, margin, exact } of counts) {
    expect(Number.isInteger(recorded)).toBe(true);
    expect(margin).toBeLessThan(1);
    expect(exact).toBe(true);
  }
});

test('a figure that was not measured, or is no number, fails', () => {
  expect(worseThanRecorded([], held)).toEqual([expect.stringContaining('was not measured')]);
  expect(worseThanRecorded(found(Number.NaN), held)).toEqual([expect.stringContaining('is NaN')]);
});

test('every guarded figure is one that a row measures, and its row exists', () => {
  const withoutBar = { row: 'round-trips', figure: roundTripsOfKeptCart };
  const known = new Set([...bars, withoutBar].map(({ row, figure }) => `${row}: ${figure}`));
  expect(guarded.filter(({ row, figure }) => !known.has(`${row}: ${figure}`))).toEqual([]);
  expect(guarded.map(({ row }) => row).filter((row) => !guardedRows.includes(row))).toEqual([]);
  expect(guardedRows.filter((row) => !rows.some(({ name }) => name === row))).toEqual([]);
});
