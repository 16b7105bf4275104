import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRush } from './rush.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const waitMs = { slow: 1000, fast: 10_000 };

/** A rush whose checkouts are accepted when the test calls `finish`. */
function setUp() {
  const state = { utilization: 1 };
  const fast = { checkouts: 3, windowMs: 250 };
  const rush = createRush({ atOnce: 4, fast, waitMs, utilization: () => state.utilization });
  const begin = (count: number) => {
    const ends = Array.from({ length: count }, () => Promise.withResolvers<string>());
    const answers = Promise.allSettled(ends.map(({ promise }) => rush.accept(() => promise)));
    return {
      finish: async () => {
        for (const { resolve } of ends) resolve('accepted');
        return answers;
      },
      fail: async () => {
        for (const { reject } of ends) reject(new Error('refused'));
        return answers;
      },
    };
  };
  return { state, rush, begin };
}

test('starts wait while many checkouts are being accepted, and no longer', async () => {
  const { rush, begin } = setUp();
  expect(rush.maxWaitMs()).toBe(0);
  const few = begin(3);
  expect(rush.maxWaitMs()).toBe(0);
  const one = begin(1);
  expect(rush.maxWaitMs()).toBe(waitMs.slow);
  await one.fail();
  expect(rush.maxWaitMs()).toBe(0);
  await few.fail();
});

test('they may wait longer while checkouts are accepted fast', async () => {
  const { rush, begin } = setUp();
  await begin(2).finish();
  expect(rush.maxWaitMs()).toBe(0);
  vi.advanceTimersByTime(200);
  await begin(1).finish();
  expect(rush.maxWaitMs()).toBe(waitMs.fast);
  vi.advanceTimersByTime(51);
  expect(rush.maxWaitMs()).toBe(0);
});

test('refused checkouts do not make a rush fast', async () => {
  const { rush, begin } = setUp();
  await begin(3).fail();
  expect(rush.maxWaitMs()).toBe(0);
});

test('while the thread has time left, starts never wait', async () => {
  const { state, rush, begin } = setUp();
  await begin(3).finish();
  const many = begin(10);
  state.utilization = 0.5;
  expect(rush.maxWaitMs()).toBe(0);
  state.utilization = 0.95;
  expect(rush.maxWaitMs()).toBe(waitMs.fast);
  await many.finish();
});

test('the answer, or the refusal, is that of the work', async () => {
  const { rush } = setUp();
  expect(await rush.accept(async () => 'accepted')).toBe('accepted');
  await expect(rush.accept(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
