import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedis, type RedisHandle } from '../../../platform/data/redis/redis.ts';
import { openProxy, type Proxy } from '../../../platform/testing/proxy/proxy.ts';
import type { StoredCart } from '../domain/types.ts';
import { cacheOn, connect, keyPrefix } from '../testing/cache.ts';
import type { RedisCache } from './redis-cache.ts';

const logger = pino({ level: 'silent' });
const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

/** One process reaches Redis through a proxy, as a process in production is connected; another one directly. */
let proxy: Proxy;
let handle: RedisHandle;
let direct: Redis;
let writer: RedisCache;
let other: RedisCache;

beforeEach(async () => {
  proxy = await openProxy({ name: 'redis', listen: '127.0.0.1:0', target: new URL(url).host });
  handle = openRedis({ url: `redis://127.0.0.1:${proxy.port}`, logger, registry: new Registry() });
  handle.redis.options.keyPrefix = keyPrefix;
  await once(handle.redis, 'ready');
  direct = await connect();
  writer = cacheOn(handle.redis, { answerWithinMs: 100 });
  other = cacheOn(direct);
});

afterEach(async () => {
  writer.stop();
  other.stop();
  direct.disconnect();
  await handle.close();
  await proxy.close();
});

const cartAt = (version: bigint): StoredCart => ({ version, lines: [], claimedBy: undefined });
const soon = { interval: 5, timeout: 20_000 };

/** A user whose cart of this version is in the cache. */
async function userWith(version: bigint): Promise<string> {
  const userId = randomUUID();
  other.begin()(userId, cartAt(version));
  await direct.ping();
  expect((await other.find(userId))?.version).toBe(version);
  return userId;
}

/** No entry expires within the test: what the other process does not find, a fence has removed. */
const isRemoved = async (userId: string) => (await other.find(userId)) === undefined;

describe.each([
  ['version', (userId: string) => writer.fence(userId, 6n)],
  ['a claim', (userId: string) => writer.fenceClaim(userId, randomUUID())],
] as const)('a fence of %s reaches every process', (_, fence) => {
  it('although the connection is cut when it is written', async () => {
    const userId = await userWith(5n);
    proxy.set({ mode: 'reset' });
    await expect.poll(() => handle.redis.status, soon).not.toBe('ready');
    await fence(userId);
    expect((await other.find(userId))?.version).toBe(5n);
    proxy.set({ mode: 'pass' });
    await expect.poll(() => isRemoved(userId), soon).toBe(true);
  });

  it('although the connection is cut just before, and nobody has noticed', async () => {
    const userId = await userWith(5n);
    proxy.set({ mode: 'reset' });
    proxy.set({ mode: 'pass' });
    await fence(userId);
    await expect.poll(() => isRemoved(userId), soon).toBe(true);
  });

  it('although the network swallows it and falls silent for a moment', async () => {
    const userId = await userWith(5n);
    proxy.set({ mode: 'blackhole' });
    setTimeout(() => proxy.set({ mode: 'pass' }), 90);
    await fence(userId);
    await expect.poll(() => isRemoved(userId), soon).toBe(true);
  });

  it('although Redis is not asked just then, because an answer came late', async () => {
    const userId = await userWith(5n);
    proxy.set({ mode: 'latency', ms: 150, jitterMs: 0 });
    expect(await writer.find(userId)).toBeUndefined();
    proxy.set({ mode: 'pass' });
    await fence(userId);
    await expect.poll(() => isRemoved(userId), soon).toBe(true);
  });
});

it('a repeated fence leaves a newer cart in the cache, and keeps an older one out', async () => {
  const newer = await userWith(5n);
  const older = await userWith(5n);
  proxy.set({ mode: 'reset' });
  await expect.poll(() => handle.redis.status, soon).not.toBe('ready');
  await writer.fence(newer, 6n);
  await writer.fence(older, 6n);
  other.begin()(newer, cartAt(6n));
  proxy.set({ mode: 'pass' });
  await expect.poll(() => isRemoved(older), soon).toBe(true);
  other.begin()(older, cartAt(5n));
  await direct.ping();
  expect(await other.find(older)).toBeUndefined();
  expect((await other.find(newer))?.version).toBe(6n);
});
