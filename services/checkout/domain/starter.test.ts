import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { CheckoutStarter } from './starter.ts';

const pauseMs = { min: 100, max: 400 };

function order(orderId: string): PlacedOrder {
  return { orderId, userId: 'u', items: [], total: { currencyCode: 'USD', minorUnits: 0n }, cartVersion: 0n };
}

/** A starter whose starts end when the test says so. */
function setUp(maxInFlight: number, maxWaiting: number) {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<'started'>>();
  const started: string[] = [];
  const start = (placed: PlacedOrder): Promise<'started'> => {
    begun.push(placed.orderId);
    const end = Promise.withResolvers<'started'>();
    ends.set(placed.orderId, end);
    return end.promise;
  };
  const deps = {
    workflows: { start },
    onStarted: (orderId: string) => void started.push(orderId),
    onOutcome: () => undefined,
    logger: pino({ level: 'silent' }),
  };
  const settle = async (orderId: string, fail: boolean | 'away' = false): Promise<void> => {
    if (fail === 'away') ends.get(orderId)?.reject(new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'away'));
    else if (fail) ends.get(orderId)?.reject(new Error('down'));
    else ends.get(orderId)?.resolve('started');
    await vi.advanceTimersByTimeAsync(0);
  };
  return { starter: new CheckoutStarter(deps, { maxInFlight, maxWaiting, pauseMs }), begun, started, settle };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('starts in flight are bounded, and the others follow first come first served', async () => {
  const { starter, begun, started, settle } = setUp(2, 10);
  for (const id of ['a', 'b', 'c', 'd']) expect(starter.offer(order(id))).toBe(true);
  expect(begun).toEqual(['a', 'b']);
  await settle('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await settle('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(started).toEqual(['b', 'a']);
});

test('what is in hand is not taken twice', () => {
  const { starter, begun } = setUp(1, 10);
  for (const id of ['a', 'b', 'a', 'b']) expect(starter.offer(order(id))).toBe(true);
  expect(begun).toEqual(['a']);
  expect(starter.size()).toEqual({ waiting: 1, inFlight: 1 });
});

test('what has no room is left to the sweep, and new orders stay behind it until the backlog is gone', async () => {
  const { starter, settle } = setUp(1, 1);
  expect([starter.offer(order('a')), starter.offer(order('b')), starter.offer(order('c'))]).toEqual([
    true,
    true,
    false,
  ]);
  await settle('a');
  expect(starter.offer(order('d'))).toBe(false);
  expect(starter.offerClaimed(order('c'))).toBe(true);
  await settle('b');
  starter.setBacklog(false);
  expect(starter.offer(order('e'))).toBe(true);
});

test('while starts fail only one at a time is tried, with growing pauses; a success ends that', async () => {
  const { starter, begun, settle } = setUp(3, 10);
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) starter.offer(order(id));
  for (const id of ['a', 'b', 'c']) await settle(id, true);
  expect(begun).toEqual(['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await settle('d', true);
  await vi.advanceTimersByTimeAsync(199);
  expect(begun).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(5);
  await settle('e');
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
});

test('what Temporal did not answer is tried again behind the others, without waiting for the sweep', async () => {
  const { starter, begun, started, settle } = setUp(2, 2);
  for (const id of ['a', 'b', 'c']) starter.offer(order(id));
  await settle('a', 'away');
  await settle('b', 'away');
  expect(starter.size()).toEqual({ waiting: 2, inFlight: 0 });
  await vi.advanceTimersByTimeAsync(100);
  await settle('c');
  await settle('a');
  // There was no room for b: it is the sweep's.
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
  expect(started).toEqual(['c', 'a']);
});

test('stopping waits for what is under way and begins nothing more', async () => {
  const { starter, begun, started, settle } = setUp(1, 10);
  starter.offer(order('a'));
  starter.offer(order('b'));
  const stopped = starter.stop();
  await settle('a');
  await stopped;
  expect(begun).toEqual(['a']);
  expect(started).toEqual(['a']);
  expect(starter.offer(order('c'))).toBe(false);
});
