import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGate, GateClosed, type Gate } from './gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { concurrency: 1, maxWaiting: 2, maxWaitMs: 100 };

/** Why the caller was refused, or `in`. */
function outcome(entry: Promise<unknown>): Promise<string> {
  return entry.then(
    () => 'in',
    (error: unknown) => (error instanceof GateClosed ? error.why : String(error)),
  );
}

/** Enters, writes the name into `into` when it gets a permit, and gives the permit back. */
function enterAs(gate: Gate, name: string, into: string[], urgent = false): void {
  gate.enter({ urgent }).then(
    (release) => {
      into.push(name);
      release();
    },
    () => undefined,
  );
}

test('there are as many permits as allowed, and the next caller gets one that is given back', async () => {
  const gate = createGate({ ...options, concurrency: 2 });
  const release = await gate.enter();
  await gate.enter();
  const third = gate.enter();
  expect(gate.size()).toMatchObject({ running: 2, waiting: 1 });
  release();
  release();
  await third;
  expect(gate.size()).toMatchObject({ running: 2, waiting: 0 });
});

test('callers beyond the length of the queue are refused at once', async () => {
  const gate = createGate(options);
  await gate.enter();
  const waiting = [outcome(gate.enter()), outcome(gate.enter())];
  expect(await outcome(gate.enter())).toBe('full');
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all(waiting)).toEqual(['late', 'late']);
  expect(gate.size()).toMatchObject({ running: 1, waiting: 0 });
});

test('urgent callers come first, and have a queue for themselves when the other one is full', async () => {
  const gate = createGate(options);
  const release = await gate.enter();
  const order: string[] = [];
  enterAs(gate, 'first', order);
  enterAs(gate, 'second', order);
  enterAs(gate, 'urgent', order, true);
  release();
  await vi.runAllTimersAsync();
  expect(order).toEqual(['urgent', 'first', 'second']);
});

test('urgent callers get at most their share of the permits, and do not block others beyond it', async () => {
  const gate = createGate({ ...options, concurrency: 3, urgentConcurrency: 2 });
  const release = await gate.enter({ urgent: true });
  await gate.enter({ urgent: true });
  const order: string[] = [];
  enterAs(gate, 'urgent', order, true);
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual([]);
  enterAs(gate, 'other', order);
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual(['other']);
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual(['other', 'urgent']);
});

test('a caller whose result nobody needs any more leaves the queue and gets no permit', async () => {
  const gate = createGate(options);
  const release = await gate.enter();
  const caller = new AbortController();
  const waiting = outcome(gate.enter({ signal: caller.signal }));
  caller.abort();
  expect(await waiting).toBe('gone');
  expect(await outcome(gate.enter({ signal: caller.signal }))).toBe('gone');
  release();
  expect(gate.size()).toMatchObject({ running: 0, waiting: 0 });
});

test('a burst may wait; after a wait without a permit, new callers may wait only a fifth of the time', async () => {
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

test('a refusal because of a full queue also starts an overload', async () => {
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

test('a caller that would wait too long at the current pace is refused at once', async () => {
  const gate = createGate({ ...options, maxWaiting: 50, maxWaitMs: 105 });
  const come = () => outcome(gate.enter().then((release) => void setTimeout(release, 10)));
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

test('the overload is over when there was no refusal for the longest wait', async () => {
  const gate = createGate(options);
  const release = await gate.enter();
  const late = outcome(gate.enter());
  await vi.advanceTimersByTimeAsync(100);
  expect(await late).toBe('late');
  await vi.advanceTimersByTimeAsync(100);
  const patient = gate.enter();
  await vi.advanceTimersByTimeAsync(90);
  release();
  await patient;
});

test('more permits go to the callers who wait', async () => {
  const gate = createGate(options);
  await gate.enter();
  const second = outcome(gate.enter());
  gate.setConcurrency(2);
  expect(await second).toBe('in');
});
