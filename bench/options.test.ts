import { expect, test } from 'vitest';
import { lengthsOf } from './lengths.ts';
import { helpText, readOptions } from './options.ts';

const known = ['checkout', 'cpu'];
const read = (...args: string[]) => readOptions(args, known);

test('without arguments all rows run in full, and the figures go to people only', () => {
  expect(read()).toMatchObject({ rows: [], json: undefined, roles: false, short: false, settings: {} });
});

test('--json takes a file that ends in .json, and otherwise means standard output', () => {
  expect(read('--json', 'out.json', 'cpu')).toMatchObject({ json: 'out.json', rows: ['cpu'] });
  expect(read('--json', 'cpu')).toMatchObject({ json: '-', rows: ['cpu'] });
  expect(read('cpu', '--json')).toMatchObject({ json: '-' });
});

test('rows, users, seconds and settings are read', () => {
  const options = read('cpu', '--users', '1,16', '--seconds', '5', '--set', 'A_B=c=d', '--set', 'E=');
  expect(options).toMatchObject({ rows: ['cpu'], users: [1, 16], seconds: 5, settings: { A_B: 'c=d', E: '' } });
});

test.each([
  [['fast'], 'There is no row fast'],
  [['--seconds', '0'], 'whole number'],
  [['--seconds', '601'], 'whole number'],
  [['--users', '1,many'], '--users many is not a whole number'],
  [['--set', 'lower=1'], 'is not NAME=value'],
  [['--set', 'NAME'], 'is not NAME=value'],
  [['--fast'], '--fast'],
])('%j is refused', (args, why) => {
  expect(() => read(...args)).toThrow(why);
});

test('--guard measures the guarded rows in one process', () => {
  expect(readOptions(['--guard', '--set', 'A=b'], ['cpu', 'round-trips'])).toMatchObject({
    guard: true,
    rows: ['cpu', 'round-trips'],
    settings: { PROCESSES: '1', A: 'b' },
  });
  expect(() => read('--guard', 'cpu')).toThrow('--guard chooses its rows itself');
});

test('the help names every row', () => {
  const text = helpText([{ name: 'checkout', about: 'checkouts per second' }]);
  expect(text).toContain('checkout       checkouts per second');
});

test('a warm-up is a fifth of the load, but at least one second and at most ten', () => {
  const warmUp = (seconds: number) => lengthsOf({ seconds, users: undefined, short: false }).load.warmUpSeconds;
  expect([2, 10, 600].map(warmUp)).toEqual([1, 2, 10]);
});
