import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createRedisCache, type RedisCache, type RedisCacheOptions } from '../adapters/redis-cache.ts';

/** Of the keys of this test file. They expire soon. */
export const keyPrefix = `test:${randomUUID()}:`;
export const ttlMs = 60_000;

/** Connects to the Redis of the tests, as one process does. */
export async function connect(): Promise<Redis> {
  const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
  const client = new Redis(url, { keyPrefix, lazyConnect: true, retryStrategy: () => 20 });
  await client.connect();
  return client;
}

/** The cart cache of a process. It waits longer for Redis than in production, since the machine may be busy. */
export function cacheOn(client: Redis, options: Partial<RedisCacheOptions> = {}): RedisCache {
  return createRedisCache({
    redis: client,
    registry: new Registry(),
    logger: pino({ level: 'silent' }),
    ttlMs,
    answerWithinMs: 10_000,
    ...options,
  });
}
