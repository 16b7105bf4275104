import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFenceRepeats, mostWaiting, type Fence } from './fence-repeats.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const neededMs = 17_100;
const minute = 60_000;

/** A connection that can be cut, and a Redis behind it that can refuse. */
function createWorld() {
  const world = { refuses: false, written: [] as [string, Fence][], tries: [] as number[] };
  const redis = Object.assign(new EventEmitter(), { status: 'ready' });
  const write = async (userId: string, { version, claim }: Fence): Promise<void> => {
    if (redis.status !== 'ready') throw new Error('Connection is closed.');
    world.tries.push(Date.now());
    if (world.refuses) throw new Error('LOADING');
    world.written.push([userId, { version, claim }]);
  };
  const connection = redis as unknown as Parameters<typeof createFenceRepeats>[0]['redis'];
  const repeats = createFenceRepeats({ redis: connection, write, answerWithinMs: 100, neededMs, now: Date.now });
  const cut = (): void => {
    redis.status = 'reconnecting';
  };
  const comeBack = async (): Promise<void> => {
    redis.status = 'ready';
    redis.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
  };
  const pending = () => vi.getTimerCount() + redis.listenerCount('ready');
  return { world, repeats, cut, comeBack, pending };
}

const written = (userId: string, version?: bigint, claim?: string) => [userId, { version, claim }];

describe('a fence that failed', () => {
  it('is written again once, and then nothing is left to do', async () => {
    const { world, repeats, pending } = createWorld();
    expect(pending()).toBe(0);
    repeats.add('anna', { version: 2n });
    repeats.add('bert', { claim: 'order' });
    expect(world.written).toEqual([]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(world.written).toEqual([written('anna', 2n), written('bert', undefined, 'order')]);
    expect(pending()).toBe(0);
  });

  it('is tried with growing pauses, of a second at most, until it succeeds', async () => {
    const { world, repeats, pending } = createWorld();
    world.refuses = true;
    const began = Date.now();
    repeats.add('anna', { version: 2n });
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.tries.map((at) => at - began)).toEqual([25, 75, 175, 375, 775, 1575, 2575, 3575]);
    world.refuses = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(world.written).toEqual([written('anna', 2n)]);
    repeats.add('anna', { version: 3n });
    await vi.advanceTimersByTimeAsync(25);
    expect(world.written).toHaveLength(2);
    expect(pending()).toBe(0);
  });

  it('is not tried while the connection is away, and at once when it is back', async () => {
    const { world, repeats, cut, comeBack, pending } = createWorld();
    cut();
    repeats.add('anna', { version: 2n });
    await vi.advanceTimersByTimeAsync(5000);
    expect(vi.getTimerCount()).toBe(0);
    await comeBack();
    expect(world.written).toEqual([written('anna', 2n)]);
    expect(pending()).toBe(0);
  });

  it('is tried at once also if the connection goes and comes back during a pause', async () => {
    const { world, repeats, cut, comeBack } = createWorld();
    repeats.add('anna', { version: 2n });
    cut();
    await comeBack();
    expect(world.written).toEqual([written('anna', 2n)]);
  });

  it('waits for the connection if it is gone at the end of a pause', async () => {
    const { world, repeats, cut, comeBack, pending } = createWorld();
    repeats.add('anna', { version: 2n });
    cut();
    await vi.advanceTimersByTimeAsync(1000);
    expect(world.tries).toEqual([]);
    await comeBack();
    expect(world.written).toEqual([written('anna', 2n)]);
    expect(pending()).toBe(0);
  });

  it('is forgotten when every cart from before it has expired', async () => {
    const { world, repeats, cut, comeBack, pending } = createWorld();
    cut();
    repeats.add('anna', { version: 2n });
    await vi.advanceTimersByTimeAsync(neededMs - 1);
    repeats.add('bert', { version: 5n });
    await vi.advanceTimersByTimeAsync(1);
    await comeBack();
    await vi.advanceTimersByTimeAsync(minute);
    expect(world.written).toEqual([written('bert', 5n)]);
    expect(pending()).toBe(0);
  });

  it('is not repeated any more after the stop', async () => {
    const { world, repeats, cut, comeBack, pending } = createWorld();
    repeats.add('anna', { version: 2n });
    repeats.stop();
    repeats.add('bert', { version: 2n });
    expect(pending()).toBe(0);
    cut();
    await comeBack();
    await vi.advanceTimersByTimeAsync(minute);
    expect(world.written).toEqual([]);
  });
});

describe('several fences of one user', () => {
  it('are one: the newest version, and the order that claims, or nobody’s if two do', async () => {
    const { world, repeats } = createWorld();
    repeats.add('anna', { version: 3n });
    repeats.add('anna', { version: 2n });
    repeats.add('anna', { claim: 'order' });
    repeats.add('bert', { claim: 'order' });
    repeats.add('bert', { claim: 'other' });
    await vi.advanceTimersByTimeAsync(minute);
    expect(world.written).toEqual([written('anna', 3n, 'order'), written('bert', undefined, '*')]);
  });

  it('are not lost if one fails while a former one is written', async () => {
    const { world, repeats, pending } = createWorld();
    repeats.add('anna', { version: 2n });
    vi.advanceTimersByTime(25);
    repeats.add('anna', { version: 3n });
    await vi.advanceTimersByTimeAsync(minute);
    expect(world.written).toEqual([written('anna', 2n), written('anna', 3n)]);
    expect(pending()).toBe(0);
  });
});

it('of more users than it may remember, the first are forgotten', async () => {
  const { world, repeats, cut, comeBack, pending } = createWorld();
  cut();
  for (let user = 0; user <= mostWaiting + 1; user++) repeats.add(`user ${user}`, { version: 1n });
  await comeBack();
  await vi.advanceTimersByTimeAsync(minute);
  expect(world.written).toHaveLength(mostWaiting);
  expect(world.written[0]).toEqual(written('user 2', 1n));
  expect(pending()).toBe(0);
});
