import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTestRedis } from '../../../platform/testing/redis.ts';
import { exampleProduct } from '../testing/product.ts';
import { createRedisStore } from './cache-store.ts';

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.quit());

test('a write that Redis refuses is counted as a failure of Redis', async () => {
  const registry = new Registry();
  const failures = async () => (await registry.getSingleMetric('redis_failures_total')?.get())?.values[0]?.value;
  const store = createRedisStore({ redis, registry, logger: pino({ level: 'silent' }) });
  const productId = randomUUID();
  const { keep } = await store.read([productId]);
  expect(await failures()).toBe(0);
  // Redis takes no part of a millisecond.
  keep([exampleProduct({ productId })], 0.5);
  await expect.poll(failures).toBe(1);
});
