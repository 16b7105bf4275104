import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { createRedisGuard } from '../../../platform/data/redis/guard.ts';
import { fromRecord, productRecord, toRecord } from '../domain/product.ts';
import type { Product } from '../domain/types.ts';

interface StoredProduct {
  /** When the database was asked, in milliseconds since the epoch. */
  readonly readAt: number;
  readonly value: Product;
}

/** A store in which processes share the products that they read. It may lose entries at any time. It never throws. */
export interface CatalogStore {
  readonly read: (productIds: readonly string[]) => Promise<readonly StoredProduct[]>;
  /** Keeps entries for `ttlMs`. Does not wait. */
  readonly write: (entries: readonly StoredProduct[], ttlMs: number) => void;
  readonly drop: (productIds: readonly string[]) => void;
}

const storedSchema = z.object({ readAt: z.number(), value: productRecord });

/** The Redis key of a product. The number goes up when an entry's shape changes: two releases may share one Redis. */
export const keyOf = (productId: string): string => `products:item:1:${productId}`;

function parse(text: string | null): StoredProduct[] {
  if (text === null) return [];
  const { readAt, value } = storedSchema.parse(JSON.parse(text));
  return [{ readAt, value: fromRecord(value) }];
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
      const stored = await ask(async (redis) => (await redis.mget(productIds.map(keyOf))).flatMap(parse));
      return stored ?? [];
    },
    write: (entries, ttlMs) => {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) return;
      void ask((redis) => {
        const pipeline = redis.pipeline();
        for (const { readAt, value } of entries) {
          pipeline.set(keyOf(value.productId), JSON.stringify({ readAt, value: toRecord(value) }), 'PX', ttl);
        }
        return pipeline.exec();
      });
    },
    drop: (productIds) => {
      if (productIds.length > 0) void ask((redis) => redis.del(productIds.map(keyOf)));
    },
  };
}
