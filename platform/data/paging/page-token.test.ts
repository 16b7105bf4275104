import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import { cutPage, pageSizeOf } from './page.ts';
import { createPageTokens, tokenBigint, tokenTime } from './page-token.ts';

const tokens = createPageTokens(z.object({ at: tokenTime, id: z.uuid(), sequence: tokenBigint }));
const position = {
  at: new Date('2026-01-02T03:04:05.678Z'),
  id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  sequence: 2n ** 63n - 1n,
};
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const json = { at: position.at.toISOString(), id: position.id, sequence: String(position.sequence) };

function reasonOf(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.reason} ${error.violations[0]?.field}` : String(error);
  }
}
const invalid = 'invalid_argument PAGE_TOKEN_INVALID page_token';

describe('page tokens', () => {
  test('an empty token is the first page', () => {
    expect(tokens.decode('')).toBeUndefined();
  });

  test.each(['', 'category=Garden', '日本'])('lead back to the position with the same filter %j', (filter) => {
    const token = tokens.encode(position, filter);
    expect(token).toMatch(/^[\w-]+$/);
    expect(tokens.decode(token, filter)).toEqual(position);
  });

  test('a token of one list or filter is refused by another', () => {
    const others = createPageTokens(z.object({ name: z.string() }));
    for (const [from, to] of [
      ['a', 'b'],
      ['', 'b'],
      ['a', ''],
    ] as const)
      expect(reasonOf(() => tokens.decode(tokens.encode(position, from), to))).toBe(invalid);
    expect(reasonOf(() => others.decode(tokens.encode(position)))).toBe(invalid);
  });

  test.each([
    ['rubbish', 'nonsense!'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['null', encoded(null)],
    ['no hash', encoded([json])],
    ['no position', encoded([''])],
    ['a wrong time', encoded(['', { ...json, at: 'yesterday' }])],
    ['a wrong id', encoded(['', { ...json, id: "' or 1=1" }])],
    ['a number too large for Postgres', encoded(['', { ...json, sequence: '9223372036854775808' }])],
    ['a negative number', encoded(['', { ...json, sequence: '-1' }])],
    ['another type', encoded(['', { ...json, sequence: 1 }])],
  ])('%s is refused', (_, token) => {
    expect(reasonOf(() => tokens.decode(token))).toBe(invalid);
  });
});

test.each([
  [0, 50],
  [1, 1],
  [200, 200],
  [2_147_483_647, 200],
])('a request for a page of %d gets %d', (asked, size) => {
  expect(pageSizeOf(asked)).toBe(size);
});

test('an extra row means that there is a next page', () => {
  expect(cutPage(['a', 'b', 'c'], 2)).toEqual({ shown: ['a', 'b'], last: 'b' });
  expect(cutPage(['a', 'b'], 2)).toEqual({ shown: ['a', 'b'], last: undefined });
  expect(cutPage([], 2)).toEqual({ shown: [], last: undefined });
});
