import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRuns } from './compare.ts';
import type { Figure } from './figures.ts';
import { changesText } from './report.ts';
import { readEarlier, toJson, type RunFacts } from './results.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts: RunFacts = { at: new Date(0), commit: undefined, processor: 'p', cores: 2, node: 'v24', options: {} };
const rowWith = (row: string, ...figures: Figure[]) => ({ row, figures, failures: [], judged: [] });
const rate = (value: number): Figure => ({ name: 'checkouts', value, unit: '/s' });

/** What an earlier run with these rows has left behind. */
function earlierRun(...rows: readonly ReturnType<typeof rowWith>[]) {
  const file = join(folder, 'earlier.json');
  writeFileSync(file, toJson(facts, rows));
  return readEarlier(file);
}

test('a figure is compared with the one of the same row and name', () => {
  const earlier = earlierRun(rowWith('checkout', rate(10)), rowWith('hot-product', rate(99)));
  const now = [rowWith('checkout', rate(15), { name: 'p50', value: 3, unit: 'ms' })];
  expect(compareRuns(earlier, now)).toEqual([
    { row: 'checkout', name: 'checkouts', unit: '/s', before: 10, after: 15, percent: 50 },
    { row: 'checkout', name: 'p50', unit: 'ms', before: undefined, after: 3, percent: undefined },
  ]);
});

test('a figure that was nothing, or no number, has no percentage', () => {
  const earlier = earlierRun(rowWith('idle', rate(0)), rowWith('cpu', rate(Number.NaN)));
  const changes = compareRuns(earlier, [rowWith('idle', rate(5)), rowWith('cpu', rate(5))]);
  expect(changes.map(({ before, percent }) => [before, percent])).toEqual([
    [0, undefined],
    [undefined, undefined],
  ]);
});

test('the text shows both values and the change', () => {
  const earlier = earlierRun(rowWith('checkout', rate(10)));
  const text = changesText('earlier.json', compareRuns(earlier, [rowWith('checkout', rate(9))]));
  expect(text).toMatch(/^Compared with earlier.json\n {2}checkout: checkouts +10.0\/s → +9.0\/s +-10.0 %$/);
});

test('a file that is no result is refused', () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, '{"rows": 7}');
  expect(() => readEarlier(file)).toThrow('is not a result of');
  expect(() => readEarlier(join(folder, 'missing.json'))).toThrow('is not a result of');
});
