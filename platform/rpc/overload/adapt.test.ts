import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAdapter, createTicker } from './adapt.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Simulates a class of calls. `demand` calls come at once and take `tookMs`. */
function adapt(max: number) {
  const state = { concurrency: max };
  const adapter = createAdapter({ max, targetMs: 500, apply: (value) => (state.concurrency = value) });
  const run = (times: number, { demand, tookMs, lateMs = 0 }: { demand: number; tookMs: number; lateMs?: number }) => {
    for (let time = 0; time < times; time++) {
      const calls = Array.from({ length: Math.min(demand, state.concurrency) }, () => adapter.began());
      vi.advanceTimersByTime(tookMs);
      for (const end of calls) end();
      adapter.tick(lateMs);
    }
  };
  return { state, run, adapter };
}

test('while calls take too long concurrency falls, but not below the minimum', () => {
  const { state, run } = adapt(256);
  run(2, { demand: 1000, tookMs: 2000 });
  expect(state.concurrency).toBeLessThan(200);
  run(100, { demand: 1000, tookMs: 2000 });
  expect(state.concurrency).toBe(16);
});

test('it also falls while the event loop is late, however short calls are', () => {
  const { state, run } = adapt(256);
  run(100, { demand: 1000, tookMs: 1, lateMs: 200 });
  expect(state.concurrency).toBe(16);
});

test('it ends up where calls take the target time', () => {
  const { state, run } = adapt(256);
  // The server behind does a hundred calls a second at any concurrency.
  for (let time = 0; time < 300; time++) run(1, { demand: 1000, tookMs: 10 * state.concurrency });
  expect(state.concurrency).toBeGreaterThan(30);
  expect(state.concurrency).toBeLessThan(70);
});

test('once calls are fast again concurrency rises while there is demand, and it also recovers without demand', () => {
  const busy = adapt(256);
  busy.run(100, { demand: 1000, tookMs: 2000 });
  busy.run(100, { demand: 1000, tookMs: 10 });
  expect(busy.state.concurrency).toBe(256);
  const idle = adapt(256);
  idle.run(100, { demand: 1000, tookMs: 2000 });
  idle.run(300, { demand: 1, tookMs: 10 });
  expect(idle.state.concurrency).toBe(256);
});

test('one late tick, or a few slow calls, are not an overload', () => {
  const { state, run } = adapt(256);
  run(5, { demand: 10, tookMs: 10 });
  run(1, { demand: 10, tookMs: 10, lateMs: 140 });
  expect(state.concurrency).toBe(256);
});

test('calls that do not end count as slow, too', () => {
  const { state, adapter } = adapt(256);
  for (let call = 0; call < 200; call++) adapter.began();
  vi.advanceTimersByTime(600);
  for (let time = 0; time < 30; time++) adapter.tick(0);
  expect(state.concurrency).toBe(16);
});

test('it rests when no call runs, the concurrency is the highest, and no timer was late', () => {
  const { adapter, run } = adapt(256);
  expect(adapter.tick(0)).toBe(true);
  const end = adapter.began();
  expect(adapter.tick(0)).toBe(false);
  end();
  expect(adapter.tick(40)).toBe(false);
  for (let time = 0; time < 5; time++) adapter.tick(0);
  expect(adapter.tick(0)).toBe(true);
  run(3, { demand: 1000, tookMs: 2000 });
  expect(adapter.tick(0)).toBe(false);
});

test('a ticker ticks from the first call on until it may rest, and again from the next call on', () => {
  vi.useFakeTimers();
  const late: number[] = [];
  let mayRest = false;
  const ticker = createTicker((lateMs) => late.push(lateMs) > 0 && mayRest);
  vi.advanceTimersByTime(1000);
  expect(late).toEqual([]);
  ticker.wake();
  vi.advanceTimersByTime(150);
  ticker.wake();
  vi.advanceTimersByTime(150);
  expect(late).toEqual([0, 0, 0]);
  mayRest = true;
  vi.advanceTimersByTime(1000);
  expect(late).toHaveLength(4);
  expect(vi.getTimerCount()).toBe(0);
  ticker.wake();
  vi.advanceTimersByTime(100);
  expect(late).toHaveLength(5);
  ticker.wake();
  ticker.stop();
  expect(vi.getTimerCount()).toBe(0);
});
