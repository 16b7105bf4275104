import { expect, test } from 'vitest';
import { root } from '../bootstrap/paths.mjs';
import { expectTestName } from './test-names.ts';

const context = { root, env: process.env, ending: { signal: new AbortController().signal } as never };
const here = 'deploy/dev/commands/test-names.test.ts';
const expected = (...args: readonly string[]) => expectTestName(context, ['--project', 'parts', here, ...args]);

test.each(['alpha', 'beta'])('a name that only a run of the file makes: %s', (word) => {
  expect(word).not.toBe('');
});

test.each([
  [['-t', 'that no test has']],
  [['--testNamePattern=^a name that no']],
  [['-t', 'makes: beta']],
  [['-t', 'run of the file makes: (alpha|gamma)$']],
  [[]],
])('%j is the name of a test, or none', async (args) => {
  await expect(expected(...args)).resolves.toBeUndefined();
});

test('a name that no test has is told before anything starts', async () => {
  const wrong = ['gamma', 'is unknown'].join(' ');
  await expect(expected('-t', wrong)).rejects.toThrow(`No test has "${wrong}" in its name.`);
  await expect(expected('--test-name-pattern', wrong)).rejects.toThrow(wrong);
  await expect(expected('-t', 'makes: (')).rejects.toThrow('-t takes a regular expression');
});
