import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGate, GateClosed, type Gate } from './gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { concurrency: 1, maxWaiting: 2, maxWaitMs: 100 };

/** Why the entry was refused; `in` if it wasn't. */
function outcome(entry: Promise<unknown>): Promise<string> {
  return entry.then(
    () => 'in',
    (error: unknown) => (error instanceof GateClosed ? error.why : String(error)),
  );
}

/** Enters, and notes its name when it is let in. */
function enterAs(gate: Gate, name: string, into: string[], urgent = false): void {
  gate.enter({ urgent }).then(
    (leave) => {
      into.push(name);
      leave();
    },
    () => undefined,
  );
}

test('as many as allowed are inside, and the next comes in when one leaves', async () => {
  const gate = createGate({ ...options, concurrency: 2 });
  const leave = await gate.enter();
  await gate.enter();
  const third = gate.enter();
  expect(gate.size()).toMatchObject({ running: 2, waiting: 1 });
  leave();
  leave();
  await third;
  expect(gate.size()).toMatchObject({ running: 2, waiting: 0 });
});

test('beyond those who may wait, everybody is refused at once', async () => {
  const gate = createGate(options);
  await gate.enter();
  const waiting = [outcome(gate.enter()), outcome(gate.enter())];
  expect(await outcome(gate.enter())).toBe('full');
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all(waiting)).toEqual(['late', 'late']);
  expect(gate.size()).toMatchObject({ running: 1, waiting: 0 });
});

test('urgent ones come first, and have their places when all others are taken', async () => {
  const gate = createGate(options);
  const leave = await gate.enter();
  const order: string[] = [];
  enterAs(gate, 'first', order);
  enterAs(gate, 'second', order);
  enterAs(gate, 'urgent', order, true);
  leave();
  await vi.runAllTimersAsync();
  expect(order).toEqual(['urgent', 'first', 'second']);
});

test('whoever is no longer waited for leaves the queue, and is not let in', async () => {
  const gate = createGate(options);
  const leave = await gate.enter();
  const caller = new AbortController();
  const waiting = outcome(gate.enter({ signal: caller.signal }));
  caller.abort();
  expect(await waiting).toBe('gone');
  expect(await outcome(gate.enter({ signal: caller.signal }))).toBe('gone');
  leave();
  expect(gate.size()).toMatchObject({ running: 0, waiting: 0 });
});

test('while the queue stands, newcomers wait a fifth of the time only; a burst may wait all of it', async () => {
  const gate = createGate({ ...options, maxWaiting: 10 });
  await gate.enter();
  const inBurst = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(60);
  const inStanding = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(21);
  expect(await inStanding).toBe('late');
  expect(gate.size().waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(20);
  expect(await inBurst).toBe('late');
});

test('after the queue was empty, it is a burst again', async () => {
  const gate = createGate(options);
  const leave = await gate.enter();
  const first = gate.enter();
  await vi.advanceTimersByTimeAsync(90);
  leave();
  await first;
  const again = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(40);
  expect(gate.size().waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(60);
  expect(await again).toBe('late');
});

test('that all places were long taken makes no standing queue of the first who waits', async () => {
  const gate = createGate(options);
  await gate.enter();
  await vi.advanceTimersByTimeAsync(1000);
  const first = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(90);
  expect(gate.size().waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(10);
  expect(await first).toBe('late');
});

test('more places let those in who wait', async () => {
  const gate = createGate(options);
  await gate.enter();
  const second = outcome(gate.enter());
  gate.setConcurrency(2);
  expect(await second).toBe('in');
});
