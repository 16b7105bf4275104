import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { createRedisGuard } from '../../../platform/data/redis/guard.ts';
import { fromRecord, productRecord, toRecord } from '../domain/product.ts';
import type { Product } from '../domain/types.ts';

interface StoredProduct {
  /** How long ago the database was asked, by the store's clock. */
  readonly ageMs: number;
  readonly value: Product;
}

export interface StoreAnswer {
  readonly found: readonly StoredProduct[];
  /** Keeps products that were read from the database after this answer, until it is `maxAgeMs` old. Does not wait. */
  readonly keep: (products: readonly Product[], maxAgeMs: number) => void;
}

/**
 * A store in which processes share the products that they read. It may lose entries at any time. It never throws. Only
 * its own clock tells ages, since the clocks of two machines differ.
 */
export interface CatalogStore {
  readonly read: (productIds: readonly string[]) => Promise<StoreAnswer>;
  readonly drop: (productIds: readonly string[]) => void;
}

/** `readAtMs`: when the database was asked, by Redis' clock, in milliseconds since the epoch. */
const storedSchema = z.object({ readAtMs: z.number(), value: productRecord });

/** The Redis key of a product. The number goes up when an entry's shape changes: two releases may share one Redis. */
export const keyOf = (productId: string): string => `products:item:2:${productId}`;

/** @returns nothing also for an entry of the future: Redis' clock was set back since */
function parse(text: string | null, nowMs: number): StoredProduct[] {
  if (text === null) return [];
  const { readAtMs, value } = storedSchema.parse(JSON.parse(text));
  return readAtMs > nowMs ? [] : [{ ageMs: nowMs - readAtMs, value: fromRecord(value) }];
}

export interface RedisStoreOptions {
  readonly redis: Redis;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** The store on Redis. If Redis is unavailable, slow or full, it finds nothing and readers ask the database. */
export function createRedisStore({ redis, registry, logger }: RedisStoreOptions): CatalogStore {
  const ask = createRedisGuard({ redis, registry, logger, name: 'the catalog cache' });
  return {
    read: async (productIds) => {
      const answer = await ask((redis) => readAll(redis, productIds));
      if (answer === undefined) return { found: [], keep: () => undefined };
      const { nowMs, found } = answer;
      return {
        found,
        keep: (products, maxAgeMs) => void ask((redis) => writeAll(redis, products, nowMs, nowMs + maxAgeMs)),
      };
    },
    drop: (productIds) => {
      if (productIds.length > 0) void ask((redis) => redis.del(productIds.map(keyOf)));
    },
  };
}

const readScript = `return { redis.call('time'), redis.call('mget', unpack(KEYS)) }`;
const readReply = z.tuple([z.tuple([z.coerce.number(), z.coerce.number()]), z.array(z.string().nullable())]);

async function readAll(redis: Redis, productIds: readonly string[]) {
  const reply = await redis.eval(readScript, productIds.length, ...productIds.map(keyOf));
  const [[seconds, microseconds], texts] = readReply.parse(reply);
  const nowMs = seconds * 1000 + Math.floor(microseconds / 1000);
  return { nowMs, found: texts.flatMap((text) => parse(text, nowMs)) };
}

/**
 * An entry ends at a time, not after one: it does not live longer because it was long on its way.
 * @throws Error if Redis refused one, as it does while it is full
 */
async function writeAll(redis: Redis, products: readonly Product[], readAtMs: number, untilMs: number): Promise<void> {
  const pipeline = redis.pipeline();
  for (const value of products) {
    const text = JSON.stringify({ readAtMs, value: toRecord(value) });
    pipeline.set(keyOf(value.productId), text, 'PXAT', untilMs);
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}
