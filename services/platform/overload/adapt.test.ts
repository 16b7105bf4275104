import { expect, test } from 'vitest';
import { createAdapter } from './adapt.ts';

function adapt(max: number) {
  const state = { concurrency: max, peak: 0 };
  const adapter = createAdapter({
    max,
    apply: (value) => (state.concurrency = value),
    takePeak: () => Math.min(state.peak, state.concurrency),
  });
  const observe = (lateMs: number, times: number) => {
    for (let time = 0; time < times; time++) adapter.observe(lateMs);
  };
  return { state, observe };
}

test('a process that can’t keep up works on fewer calls at once, but never on too few', () => {
  const { state, observe } = adapt(256);
  state.peak = 256;
  observe(200, 2);
  expect(state.concurrency).toBeLessThan(256);
  observe(200, 100);
  expect(state.concurrency).toBe(32);
});

test('once it keeps up it takes more again while there is demand', () => {
  const { state, observe } = adapt(256);
  state.peak = 256;
  observe(200, 100);
  observe(0, 10);
  expect(state.concurrency).toBeGreaterThan(32);
  observe(0, 200);
  expect(state.concurrency).toBe(256);
});

test('one late moment is no overload', () => {
  const { state, observe } = adapt(256);
  state.peak = 10;
  observe(0, 5);
  observe(140, 1);
  expect(state.concurrency).toBe(256);
});
