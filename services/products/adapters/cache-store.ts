import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { fromRecord, productRecord, toRecord } from '../domain/product.ts';
import type { Product } from '../domain/types.ts';

export interface StoredProduct {
  /** When the database was asked, in milliseconds since the epoch. */
  readonly readAt: number;
  readonly value: Product;
}

/** Where processes share what they read. It may forget anything at any time, and never throws. */
export interface CatalogStore {
  readonly read: (productIds: readonly string[]) => Promise<readonly StoredProduct[]>;
  /** Keeps entries for `ttlMs`; does not wait for it. */
  readonly write: (entries: readonly StoredProduct[], ttlMs: number) => void;
  readonly drop: (productIds: readonly string[]) => void;
}

const answerWithinMs = 100;
const restMs = 1000;

const storedSchema = z.object({ readAt: z.number(), value: productRecord });

// The number changes with the shape, so that releases running side by side don't read each other's.
const keyOf = (productId: string): string => `products:item:1:${productId}`;

function parse(text: string | null): StoredProduct[] {
  if (text === null) return [];
  const { readAt, value } = storedSchema.parse(JSON.parse(text));
  return [{ readAt, value: fromRecord(value) }];
}

/**
 * The store on Redis. With Redis away, slow or full it answers nothing: after a failure it isn't asked for a second,
 * so readers lose 100 ms a second at most and go to the database.
 */
export function createRedisStore(redis: Redis, logger: Logger, now: () => number = Date.now): CatalogStore {
  let askAgainAt = 0;

  const usable = () => redis.status === 'ready' && now() >= askAgainAt;

  async function attempt<Value>(work: Promise<Value>): Promise<Value | undefined> {
    const stop = new AbortController();
    const late = sleep(answerWithinMs, undefined, { signal: stop.signal, ref: false }).then(() => {
      throw new Error(`Redis did not answer within ${answerWithinMs} ms`);
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      askAgainAt = now() + restMs;
      logger.warn({ err: error }, 'the catalog cache does without Redis for a second');
      return undefined;
    } finally {
      stop.abort();
    }
  }

  return {
    read: async (productIds) => {
      if (!usable()) return [];
      const stored = await attempt(redis.mget(productIds.map(keyOf)).then((texts) => texts.flatMap(parse)));
      return stored ?? [];
    },
    write: (entries, ttlMs) => {
      const ttl = Math.floor(ttlMs);
      if (!usable() || ttl < 1) return;
      const pipeline = redis.pipeline();
      for (const { readAt, value } of entries) {
        pipeline.set(keyOf(value.productId), JSON.stringify({ readAt, value: toRecord(value) }), 'PX', ttl);
      }
      void attempt(pipeline.exec());
    },
    drop: (productIds) => {
      if (productIds.length > 0 && usable()) void attempt(redis.del(productIds.map(keyOf)));
    },
  };
}
