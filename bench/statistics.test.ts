import { expect, test } from 'vitest';
import { drive, summarize } from './statistics.ts';

test('percentiles and rates are computed from the samples', () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(summarize(times, 10_000)).toEqual({ count: 100, all: 100, perSecond: 10, p50: 51, p99: 100 });
});

test('every user repeats the operation until the time is over', async () => {
  const seen = new Set<number>();
  const measured = await drive(3, 0.05, async (user) => {
    seen.add(user);
    await new Promise((resolve) => setImmediate(resolve));
    return 1;
  });
  expect(seen.size).toBe(3);
  expect(measured.count).toBeGreaterThan(0);
  expect(measured.all).toBeGreaterThan(measured.count);
});
