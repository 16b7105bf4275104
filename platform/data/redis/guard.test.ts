import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTroubledRedis } from '../../testing/redis.ts';
import { createRedisGuard, type RedisGuardOptions } from './guard.ts';

const redis = new Redis(process.env.REDIS_URL ?? '', { keyPrefix: `test-${randomUUID()}:` });
beforeAll(() => redis.ping());
afterAll(() => redis.quit());

/** A guard with a clock that stands still, and what it has counted and logged. */
function guarded(options: Partial<RedisGuardOptions> = {}) {
  const world = { nowMs: 1_000_000, warnings: [] as string[], infos: [] as string[] };
  const warn = (_: unknown, message: string) => world.warnings.push(message);
  const info = (_: unknown, message: string) => world.infos.push(message);
  const logger = { warn, info } as unknown as Logger;
  const registry = new Registry();
  const now = () => world.nowMs;
  const ask = createRedisGuard({ redis, registry, logger, name: 'the test', answerWithinMs: 20, now, ...options });
  const failures = async () => (await registry.getSingleMetric('redis_failures_total')?.get())?.values[0]?.value;
  return { world, ask, failures };
}

const never = () => new Promise<never>(() => undefined);

test('an answer of Redis is passed on and counts as no failure', async () => {
  const { ask, failures } = guarded({ answerWithinMs: 10_000 });
  expect(await ask((connection) => connection.echo('hello'))).toBe('hello');
  expect(await ask((connection) => connection.get('missing'))).toBeNull();
  expect(await failures()).toBe(0);
});

test('calls reach Redis in the order in which they were made, awaited or not', async () => {
  const { ask } = guarded({ answerWithinMs: 10_000 });
  for (let value = 0; value < 20; value++) void ask((connection) => connection.set('last', value));
  expect(await ask((connection) => connection.get('last'))).toBe('19');
});

test('while Redis is away nothing is sent, and each call that goes on without it is counted', async () => {
  const { redis: away, close } = await openTroubledRedis('away');
  const { world, ask, failures } = guarded({ redis: away });
  const call = vi.fn<typeof never>(never);
  expect(await ask(call)).toBeUndefined();
  expect(await ask(call)).toBeUndefined();
  expect(call).not.toHaveBeenCalled();
  expect(await failures()).toBe(2);
  // The connection logs that once.
  expect(world.warnings).toEqual([]);
  await close();
});

describe.each([
  ['answers late', never],
  ['refuses', () => Promise.reject(new Error('OOM command not allowed'))],
  [
    'cannot be asked',
    () => {
      throw new Error('Connection is closed.');
    },
  ],
])('a Redis that %s', (_, call) => {
  test('is not needed, and gets no call for a second', async () => {
    const { world, ask, failures } = guarded();
    expect(await ask(call)).toBeUndefined();
    expect(world.warnings).toEqual(['a call to Redis failed; the test goes on without Redis for a second']);
    expect(await failures()).toBe(1);

    world.nowMs += 999;
    const spared = vi.fn<typeof never>(never);
    expect(await ask(spared)).toBeUndefined();
    expect(spared).not.toHaveBeenCalled();
    expect(world.warnings).toHaveLength(1);
    expect(await failures()).toBe(2);

    world.nowMs += 1;
    expect(await ask(async () => 'again')).toBe('again');
    expect(await failures()).toBe(2);
  });
});

test('a Redis that answers late now and then is one line, and one more when it is well', async () => {
  const { world, ask, failures } = guarded();
  for (let call = 0; call < 20; call += 1) {
    await ask(call % 2 === 0 ? () => Promise.reject(new Error('late')) : async () => 'in time');
    world.nowMs += 1000;
  }
  expect([await failures(), world.warnings.length, world.infos]).toEqual([10, 1, []]);
  world.nowMs += 10_000;
  await ask(async () => 'in time');
  expect(world.infos).toEqual(['Redis answers the test again']);
});

test('a Redis that hangs delays its callers by the limit of the guard, not by the longer one of the connection', async () => {
  const { redis: hanging, close } = await openTroubledRedis('hangs');
  const { ask, failures } = guarded({ redis: hanging });
  const commandFailed = vi.fn<() => void>();
  const call = (connection: Redis) => connection.get('key').finally(commandFailed);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(call)));
  expect(commandFailed).not.toHaveBeenCalled();
  expect(new Set(answers)).toEqual(new Set([undefined]));
  expect(await failures()).toBe(20);
  await close();
});

test('a call that fails after its limit causes no unhandled rejection', async () => {
  const unhandled = vi.fn<() => void>();
  process.on('unhandledRejection', unhandled);
  const { ask } = guarded();
  const late = Promise.withResolvers<never>();
  expect(await ask(() => late.promise)).toBeUndefined();
  late.reject(new Error('Command timed out'));
  await sleep(0);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('guards of one process share the count', async () => {
  const registry = new Registry();
  const [one, other] = [guarded({ registry }), guarded({ registry })];
  await Promise.all([one.ask(never), other.ask(never)]);
  const metric = await registry.getSingleMetric('redis_failures_total')?.get();
  expect(metric?.values).toMatchObject([{ value: 2 }]);
});
