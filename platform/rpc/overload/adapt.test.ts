import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAdapter } from './adapt.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A class of calls of which `demand` come at once, and take so long. */
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

test('while calls take too long fewer are worked on at once, but never too few', () => {
  const { state, run } = adapt(256);
  run(2, { demand: 1000, tookMs: 2000 });
  expect(state.concurrency).toBeLessThan(200);
  run(100, { demand: 1000, tookMs: 2000 });
  expect(state.concurrency).toBe(16);
});

test('so it is while the event loop is late, whatever calls take', () => {
  const { state, run } = adapt(256);
  run(100, { demand: 1000, tookMs: 1, lateMs: 200 });
  expect(state.concurrency).toBe(16);
});

test('it settles where calls take as long as they may', () => {
  const { state, run } = adapt(256);
  // A server behind that does a hundred calls a second, whatever is asked of it at once.
  for (let time = 0; time < 300; time++) run(1, { demand: 1000, tookMs: 10 * state.concurrency });
  expect(state.concurrency).toBeGreaterThan(30);
  expect(state.concurrency).toBeLessThan(70);
});

test('once calls are fast again, more are taken while there is demand, and without any it recovers too', () => {
  const busy = adapt(256);
  busy.run(100, { demand: 1000, tookMs: 2000 });
  busy.run(100, { demand: 1000, tookMs: 10 });
  expect(busy.state.concurrency).toBe(256);
  const idle = adapt(256);
  idle.run(100, { demand: 1000, tookMs: 2000 });
  idle.run(300, { demand: 1, tookMs: 10 });
  expect(idle.state.concurrency).toBe(256);
});

test('one late moment, or a few slow calls, are no overload', () => {
  const { state, run } = adapt(256);
  run(5, { demand: 10, tookMs: 10 });
  run(1, { demand: 10, tookMs: 10, lateMs: 140 });
  expect(state.concurrency).toBe(256);
});

test('calls that don’t end at all tell as well', () => {
  const { state, adapter } = adapt(256);
  for (let call = 0; call < 200; call++) adapter.began();
  vi.advanceTimersByTime(600);
  for (let time = 0; time < 30; time++) adapter.tick(0);
  expect(state.concurrency).toBe(16);
});
