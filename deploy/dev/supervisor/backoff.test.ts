import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

test('each end within a minute doubles the delay up to 5 s, and after the ninth the part is given up', () => {
  const backoff = createBackoff();
  const delays = Array.from({ length: 9 }, (_, at) => backoff.next(at, true));
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, undefined]);
});

test('ends more than a minute ago do not count', () => {
  const backoff = createBackoff();
  backoff.next(0, true);
  backoff.next(1, true);
  expect(backoff.next(61_000, true)).toBe(100);
});

test('a part that never becomes healthy again is given up, however long each start takes', () => {
  const backoff = createBackoff();
  const delays = Array.from({ length: 9 }, (_, at) => backoff.next(at * 30_000, at === 0));
  expect(delays.slice(-2)).toEqual([5000, undefined]);
});
