import { setImmediate as tick } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createTally, drive, pace, timesNamed, timesOf, told } from './statistics.ts';
import { openWindow, type Window } from './window.ts';

const noMarks = { began: () => undefined, ended: () => undefined };
/** A window whose state the test sets. It lasts two seconds. */
const windowIn = (state: { now: 'warm-up' | 'open' | 'over' }): Window => ({
  isOpen: () => state.now === 'open',
  isOver: () => state.now === 'over',
  seconds: () => 2,
  needs: () => undefined,
});

test('percentiles are values that occurred', () => {
  const durations = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(timesOf(durations)).toEqual({ p50: 51, p90: 91, p99: 100 });
  expect(timesOf([7])).toEqual({ p50: 7, p90: 7, p99: 7 });
});

test('only operations that end within the window count', async () => {
  const state = { now: 'warm-up' as 'warm-up' | 'open' | 'over' };
  const tally = createTally(windowIn(state));
  await tally.attempt(async () => ({ buy: 1000 }));
  state.now = 'open';
  await tally.attempt(async () => ({ buy: 1 }));
  await tally.attempt(async () => ({ buy: 3 }));
  state.now = 'over';
  await tally.attempt(async () => ({ buy: 1000 }));
  const measured = tally.result();
  expect(measured).toMatchObject({ count: 2, perSecond: 1 });
  expect(timesNamed(measured, 'buy')).toEqual({ p50: 3, p90: 3, p99: 3 });
  expect(() => timesNamed(measured, 'sell')).toThrow('nothing was timed as sell');
});

test('a failure is counted whenever it comes, with its reason, and has no part in the times', async () => {
  const state = { now: 'warm-up' as 'warm-up' | 'open' | 'over' };
  const tally = createTally(windowIn(state));
  const fail = (reason: string) => tally.attempt(() => Promise.reject(new Error(reason)));
  expect(await fail('early')).toBe(false);
  state.now = 'open';
  await tally.attempt(async () => ({ buy: 5 }));
  await fail('refused');
  state.now = 'over';
  await fail('refused');
  const { count, failures } = tally.result();
  expect(count).toBe(1);
  expect(failures).toEqual({ count: 3, reasons: { early: 1, refused: 2 } });
  expect(told(failures)).toBe('3 failed: refused (2 ×); early (1 ×)');
});

test('a load of which nothing succeeded is an error, not a rate of zero', async () => {
  const tally = createTally(windowIn({ now: 'open' }));
  await tally.attempt(() => Promise.reject(new Error('refused')));
  expect(() => tally.result()).toThrow('no operation succeeded in the window; 1 failed: refused (1 ×)');
});

test('every user of a closed load repeats the operation until the window is over', async () => {
  const marks = { began: vi.fn<() => void>(), ended: vi.fn<() => void>() };
  const window = openWindow({ warmUpSeconds: 0.02, seconds: 0.05 }, marks);
  const done = [0, 0, 0];
  const measured = await drive(window, 3, async (user) => {
    await tick();
    done[user] = (done[user] ?? 0) + 1;
    return { buy: 1 };
  });
  expect(Math.min(...done)).toBeGreaterThan(1);
  expect(measured.count).toBeGreaterThan(0);
  expect(measured.count).toBeLessThan(done.reduce((sum, each) => sum + each));
  expect([marks.began, marks.ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});

test('a window in which nothing has ended stays open a little longer', async () => {
  const window = openWindow({ warmUpSeconds: 0, seconds: 0.01 }, noMarks);
  const { promise: slow, resolve: goOn } = Promise.withResolvers<void>();
  setTimeout(goOn, 60);
  const measured = await drive(window, 1, async () => {
    await slow;
    await tick();
    return { buy: 60 };
  });
  expect(measured.count).toBeGreaterThan(0);
  expect(measured.perSecond).toBeLessThan(100 * measured.count);
});

test('an open load begins operations while earlier ones still run', async () => {
  const window = openWindow({ warmUpSeconds: 0, seconds: 0.1 }, noMarks);
  let running = 0;
  let most = 0;
  const { promise: stalled, resolve: goOn } = Promise.withResolvers<void>();
  setTimeout(goOn, 60);
  const { times } = await pace(window, 200, 'read', async () => {
    most = Math.max(most, ++running);
    await stalled;
    running--;
  });
  expect(most).toBeGreaterThan(1);
  expect(Object.keys(times)).toEqual(['read']);
});
