import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLoop, whenDue, type Loop, type LoopJob, type LoopOptions } from './loop.ts';

const logger = pino({ level: 'silent' });
const loops: Loop[] = [];

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  vi.useRealTimers();
});

/** A loop that counts its runs. A run takes no time. */
function start(job: LoopJob, options: Partial<LoopOptions> = {}) {
  let runs = 0;
  const counted: LoopJob = (signal) => {
    runs += 1;
    return job(signal);
  };
  const loop = startLoop({ name: 'test', pauseMs: 100, idleMs: 1000, logger, ...options }, counted);
  loops.push(loop);
  return { loop, runs: () => runs };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('without a hint the loop runs again after each pause', async () => {
  const { runs } = start(async () => undefined);
  await pass(1000);
  expect(runs()).toBe(11);
});

test('the loop sleeps until something is due, but not longer than when idle', async () => {
  const { runs } = start(async () => 450);
  await pass(449);
  expect(runs()).toBe(1);
  await pass(1);
  expect(runs()).toBe(2);
  const idle = start(async () => Infinity);
  await pass(2000);
  expect(idle.runs()).toBe(3);
});

test('what is due at once waits for the pause', async () => {
  const { runs } = start(async () => 1);
  await pass(300);
  expect(runs()).toBe(4);
});

test('soon ends the sleep, but not the pause', async () => {
  const { loop, runs } = start(async () => Infinity);
  for (let n = 0; n < 100; n += 1) loop.soon();
  await pass(99);
  expect(runs()).toBe(1);
  await pass(1);
  expect(runs()).toBe(2);
  await pass(500);
  expect(runs()).toBe(2);
  loop.soon();
  await pass(0);
  expect(runs()).toBe(3);
});

test('a failure is tried again after growing pauses, however long nothing is due', async () => {
  const { runs } = start(() => Promise.reject(new Error('down')), { maxPauseMs: 400 });
  await pass(200);
  expect(runs()).toBe(2);
  await pass(400);
  expect(runs()).toBe(3);
  await pass(400);
  expect(runs()).toBe(4);
});

test('a loop that sleeps stops at once', async () => {
  const { loop, runs } = start(async () => Infinity);
  await pass(150);
  await loop.stop();
  expect(runs()).toBe(1);
});

test('a job works only when something is due', async () => {
  let dueMs = 300;
  let worked = 0;
  const { runs } = start(
    whenDue(
      async () => dueMs,
      async () => {
        worked += 1;
        dueMs = Infinity;
      },
    ),
  );
  await pass(0);
  dueMs = 0;
  await pass(300);
  expect([runs(), worked]).toEqual([2, 1]);
  await pass(1000);
  expect([runs(), worked]).toEqual([3, 1]);
});
