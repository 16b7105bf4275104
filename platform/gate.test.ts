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

test('urgent ones take their share of the places at most, and hold up nobody else beyond it', async () => {
  const gate = createGate({ ...options, concurrency: 3, urgentConcurrency: 2 });
  const leave = await gate.enter({ urgent: true });
  await gate.enter({ urgent: true });
  const order: string[] = [];
  enterAs(gate, 'urgent', order, true);
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual([]);
  enterAs(gate, 'other', order);
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual(['other']);
  leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual(['other', 'urgent']);
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

test('a burst may wait; once one has waited in vain, newcomers wait a fifth of the time only', async () => {
  const gate = createGate({ ...options, maxWaiting: 10 });
  await gate.enter();
  const first = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(90);
  const inBurst = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(10);
  expect(await first).toBe('late');
  const overloaded = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(20);
  expect(await overloaded).toBe('late');
  expect(gate.size().waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(70);
  expect(await inBurst).toBe('late');
});

test('whoever finds no place to wait at makes it no burst, too', async () => {
  const gate = createGate({ ...options, maxWaiting: 1, overloadedWaitMs: 5 });
  await gate.enter();
  const caller = new AbortController();
  void outcome(gate.enter({ signal: caller.signal }));
  expect(await outcome(gate.enter())).toBe('full');
  caller.abort();
  const next = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(5);
  expect(await next).toBe('late');
});

test('whoever would wait in vain at the pace at which others get in is refused at once', async () => {
  const gate = createGate({ ...options, maxWaiting: 50, maxWaitMs: 105 });
  const come = () => outcome(gate.enter().then((leave) => void setTimeout(leave, 10)));
  const first = [come(), come(), come()];
  for (let round = 0; round < 12; round++) {
    await vi.advanceTimersByTimeAsync(10);
    first.push(come());
  }
  const crowd = Array.from({ length: 20 }, come);
  await vi.advanceTimersByTimeAsync(0);
  expect(gate.size().waiting).toBeLessThanOrEqual(10);
  await vi.advanceTimersByTimeAsync(200);
  expect(new Set(await Promise.all(first))).toEqual(new Set(['in']));
  const ends = await Promise.all(crowd);
  expect(new Set(ends)).toEqual(new Set(['in', 'full']));
  expect(ends.indexOf('full')).toBeGreaterThan(5);
});

test('when nobody has waited in vain for the longest wait, it is a burst again', async () => {
  const gate = createGate(options);
  const leave = await gate.enter();
  const late = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(100);
  expect(await late).toBe('late');
  await vi.advanceTimersByTimeAsync(100);
  const patient = gate.enter();
  await vi.advanceTimersByTimeAsync(90);
  leave();
  await patient;
});

test('more places let those in who wait', async () => {
  const gate = createGate(options);
  await gate.enter();
  const second = outcome(gate.enter());
  gate.setConcurrency(2);
  expect(await second).toBe('in');
});
