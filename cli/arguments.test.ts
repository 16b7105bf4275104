import { expect, test } from 'vitest';
import { reason } from './arguments.ts';

test('a reason that shows nothing counts as not given', () => {
  const option = reason();
  for (const blank of ['', '   ', '\u00A0\u00A0', '\u200B\u200B'])
    expect(option.parseArg?.(blank, 'not given')).toBe('not given');
  expect(option.parseArg?.('a leaked key', 'not given')).toBe('a leaked key');
  expect(option.defaultValue).toBe('not given');
});
