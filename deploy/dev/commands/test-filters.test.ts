import { expect, test } from 'vitest';
import { root } from '../bootstrap/paths.mjs';
import { expectTests } from './test-filters.ts';

test.each([
  [[]],
  [['services/cart']],
  [['tests/e2e/checkout.test.ts', '--reporter', 'dot']],
  [['./deploy/dev/commands/test-filters.test.ts:5']],
  [['-t', 'words of a title']],
  [['no/such/path', 'services/cart']],
])('%j chooses tests, or says nothing of files', (args) => {
  expect(() => expectTests(root, args)).not.toThrow();
});

test('words that are in no path are told before anything starts', () => {
  expect(() => expectTests(root, ['test/e2e/chekout', '--bail=1'])).toThrow('"test/e2e/chekout"');
});
