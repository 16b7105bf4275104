import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { currentRequestId, inRequest } from '../../../platform/telemetry/request-context.ts';
import { CheckoutStarter } from './starter.ts';

const pauseMs = { min: 100, max: 400 };

function order(orderId: string): PlacedOrder {
  return { orderId, userId: 'u', items: [], total: { currencyCode: 'USD', minorUnits: 0n }, cartVersion: 0n };
}

/** A starter whose starts end when the test calls `finish`. */
function setUp(maxInFlight: number, maxWaiting: number) {
  const begun: string[] = [];
  /** Each order that was begun, with the request that it belongs to. */
  const ids: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<'started'>>();
  const started: string[] = [];
  let left = 0;
  const start = (placed: PlacedOrder): Promise<'started'> => {
    begun.push(placed.orderId);
    ids.push(`${placed.orderId} ${currentRequestId()}`);
    const end = Promise.withResolvers<'started'>();
    ends.set(placed.orderId, end);
    return end.promise;
  };
  const rush = { waitMs: 0 };
  const deps = {
    rush: { maxWaitMs: () => rush.waitMs },
    workflows: { start },
    onStarted: (orderId: string) => void started.push(orderId),
    onOutcome: () => undefined,
    onLeft: () => void (left += 1),
    logger: pino({ level: 'silent' }),
  };
  const finish = async (orderId: string, fail: boolean | 'unavailable' = false): Promise<void> => {
    if (fail === 'unavailable')
      ends.get(orderId)?.reject(new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'unavailable'));
    else if (fail) ends.get(orderId)?.reject(new Error('down'));
    else ends.get(orderId)?.resolve('started');
    await vi.advanceTimersByTimeAsync(0);
  };
  const starter = new CheckoutStarter(deps, { maxInFlight, maxWaiting, pauseMs });
  return { starter, rush, begun, ids, started, finish, left: () => left };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('starts in flight are bounded, and the other orders follow in the order in which they came', async () => {
  const { starter, begun, started, finish } = setUp(2, 10);
  for (const id of ['a', 'b', 'c', 'd']) expect(starter.offer(order(id))).toBe(true);
  expect(begun).toEqual(['a', 'b']);
  await finish('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await finish('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(started).toEqual(['b', 'a']);
});

test('an order that waits or is being started is not started twice', () => {
  const { starter, begun } = setUp(1, 10);
  for (const id of ['a', 'b', 'a', 'b']) expect(starter.offer(order(id))).toBe(true);
  expect(begun).toEqual(['a']);
  expect(starter.size()).toEqual({ waiting: 1, inFlight: 1 });
});

test('an order without room is left to the sweep, and new orders come after it until the backlog is gone', async () => {
  const { starter, finish, left } = setUp(1, 1);
  expect([starter.offer(order('a')), starter.offer(order('b')), starter.offer(order('c'))]).toEqual([
    true,
    true,
    false,
  ]);
  await finish('a');
  expect(starter.offer(order('d'))).toBe(false);
  expect(left()).toBe(2);
  expect(starter.offerClaimed(order('c'))).toBe(true);
  await finish('b');
  starter.setBacklog(false);
  expect(starter.offer(order('e'))).toBe(true);
});

test('while starts fail, only one is tried at a time, with growing pauses, until one succeeds', async () => {
  const { starter, begun, finish } = setUp(3, 10);
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) starter.offer(order(id));
  for (const id of ['a', 'b', 'c']) await finish(id, true);
  expect(begun).toEqual(['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await finish('d', true);
  await vi.advanceTimersByTimeAsync(199);
  expect(begun).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(5);
  await finish('e');
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
});

test('a start that Temporal did not answer is tried again after the others, without waiting for the sweep', async () => {
  const { starter, begun, started, finish } = setUp(2, 2);
  for (const id of ['a', 'b', 'c']) starter.offer(order(id));
  await finish('a', 'unavailable');
  await finish('b', 'unavailable');
  expect(starter.size()).toEqual({ waiting: 2, inFlight: 0 });
  await vi.advanceTimersByTimeAsync(100);
  await finish('c');
  await finish('a');
  // There was no room for b, so it is left to the sweep.
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
  expect(started).toEqual(['c', 'a']);
});

test('a start that is tried again stays with the request that asked for it, or with the one that the sweep knows', async () => {
  const { starter, ids, finish } = setUp(1, 10);
  inRequest({ requestId: 'first-request' }, () => starter.offer(order('a')));
  starter.offerClaimed(order('b'), { requestId: 'known-to-the-sweep' });
  await finish('a', 'unavailable');
  await vi.advanceTimersByTimeAsync(100);
  await finish('b', 'unavailable');
  await vi.advanceTimersByTimeAsync(200);
  await finish('a');
  await finish('b');
  expect(ids).toEqual(['a first-request', 'b known-to-the-sweep', 'a first-request', 'b known-to-the-sweep']);
});

test('in a rush no start begins; when it is over, all follow in the order in which they came', async () => {
  const { starter, rush, begun, finish } = setUp(2, 10);
  starter.offer(order('a'));
  rush.waitMs = 10_000;
  for (const id of ['b', 'c', 'd']) starter.offer(order(id));
  await finish('a');
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toEqual(['a']);
  rush.waitMs = 0;
  await vi.advanceTimersByTimeAsync(25);
  expect(begun).toEqual(['a', 'b', 'c']);
  await finish('b');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('however long a rush lasts, no order waits longer than it may', async () => {
  const { starter, rush, begun, finish } = setUp(1, 10);
  rush.waitMs = 1000;
  starter.offer(order('a'));
  await vi.advanceTimersByTimeAsync(500);
  starter.offer(order('b'));
  await vi.advanceTimersByTimeAsync(500);
  expect(begun).toEqual(['a']);
  await finish('a');
  await vi.advanceTimersByTimeAsync(475);
  expect(begun).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(25);
  expect(begun).toEqual(['a', 'b']);
});

test('a stopped starter begins nothing after a rush either', async () => {
  const { starter, rush, begun } = setUp(1, 10);
  rush.waitMs = 1000;
  starter.offer(order('a'));
  await starter.stop();
  rush.waitMs = 0;
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('stop waits for starts in flight and begins no others', async () => {
  const { starter, begun, started, finish } = setUp(1, 10);
  starter.offer(order('a'));
  starter.offer(order('b'));
  const stopped = starter.stop();
  await finish('a');
  await stopped;
  expect(begun).toEqual(['a']);
  expect(started).toEqual(['a']);
  expect(starter.offer(order('c'))).toBe(false);
});
