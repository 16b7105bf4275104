import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printMany, printOne } from './output.ts';
import { printedLines } from './testing/printed.ts';

const hostile = '\u001b[31mred\u009b1m\u202e\nbalance  1000.00 USD';
const said = printedLines();

test('a value from outside cannot steer the terminal, nor look like another line', () => {
  printOne({ balance: '5.00 USD', reason: hostile, none: undefined, empty: '' }, false);
  expect(said).toEqual(['balance  5.00 USD', String.raw`reason   \x1b[31mred\x9b1m\u202e\nbalance  1000.00 USD`]);
});

test('JSON is safe to look at, and means the same', () => {
  printOne({ hostile }, true);
  printMany([{ hostile }], true);
  expect(said.join('')).toMatch(/^[ -~]*$/);
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([{ hostile }, [{ hostile }]]);
});

test('nothing is printed but by say.ts', () => {
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter(
    (file) => !file.endsWith('.test.ts') && file !== 'say.ts',
  );
  expect(files.length).toBeGreaterThan(50);
  const past = files.filter((file) =>
    /console\.|std(out|err)\.write\((?!visible)/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
  );
  // Progress that is made of numbers alone.
  expect(past).toEqual(['import/progress.ts']);
});
