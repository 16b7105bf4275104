import { expect, test } from 'vitest';
import { bars } from './bars.ts';
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

test('a figure that was not measured, or is no number, fails', () => {
  expect(worseThanRecorded([], held)).toEqual([expect.stringContaining('was not measured')]);
  expect(worseThanRecorded(found(Number.NaN), held)).toEqual([expect.stringContaining('is NaN')]);
});

test('every guarded figure is one that has a bar, and its row exists', () => {
  const known = new Set(bars.map(({ row, figure }) => `${row}: ${figure}`));
  expect(guarded.filter(({ row, figure }) => !known.has(`${row}: ${figure}`))).toEqual([]);
  expect(guarded.map(({ row }) => row).filter((row) => !guardedRows.includes(row))).toEqual([]);
  expect(guardedRows.filter((row) => !rows.some(({ name }) => name === row))).toEqual([]);
});
