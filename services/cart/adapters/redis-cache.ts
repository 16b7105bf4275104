import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { createRedisGuard } from '../../../platform/data/redis/guard.ts';
import type { StoredCart } from '../domain/types.ts';
import type { CartCache } from '../ports.ts';

export interface RedisCacheOptions {
  readonly redis: Redis;
  readonly registry: Registry;
  readonly logger: Logger;
  /** An entry expires after this time. */
  readonly ttlMs: number;
  readonly onRead?: (result: 'hit' | 'miss') => void;
  /** No caller waits longer for Redis. Default 100. */
  readonly answerWithinMs?: number;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/** A fence outlives its transaction: Postgres ends an idle transaction after 5 s and a statement after 2 s. */
const fenceMs = 15_000;
/** A cart that was read from the database longer ago is not kept: a fence against it may have expired since. */
const keepWithinMs = 2000;

// An entry is a hash of `version` and `cart`; a fence has no `cart`.
const fenceScript = `
  local known = tonumber(redis.call('hget', KEYS[1], 'version') or '-1')
  if known > tonumber(ARGV[1]) then return 0 end
  redis.call('del', KEYS[1])
  redis.call('hset', KEYS[1], 'version', ARGV[1])
  return redis.call('pexpire', KEYS[1], ARGV[2])`;
const keepScript = `
  local known = tonumber(redis.call('hget', KEYS[1], 'version') or '-1')
  if known > tonumber(ARGV[1]) then return 0 end
  redis.call('hset', KEYS[1], 'version', ARGV[1], 'cart', ARGV[2])
  return redis.call('pexpire', KEYS[1], ARGV[3])`;

// The number goes up when the entry's shape changes: during a rollout two releases share one Redis.
const keyOf = (userId: string): string => `cart:1:${userId}`;

/** The cart cache on Redis. `CartCache` tells how it avoids serving an old cart. */
export function createRedisCache({
  redis,
  registry,
  logger,
  ttlMs,
  onRead,
  answerWithinMs = 100,
  now = () => performance.now(),
}: RedisCacheOptions): CartCache {
  const ask = createRedisGuard({ redis, registry, logger, name: 'the cart cache', answerWithinMs, now });
  let bypassUntil = 0;

  return {
    find: async (userId) => {
      if (now() < bypassUntil) return undefined;
      const text = await ask((redis) => redis.hget(keyOf(userId), 'cart'));
      const cart = typeof text === 'string' ? parse(text) : undefined;
      onRead?.(cart === undefined ? 'miss' : 'hit');
      return cart;
    },
    begin: () => {
      const startedAt = now();
      return () => now() - startedAt < keepWithinMs;
    },
    keep: (userId, cart) => {
      if (cart.claimedBy !== undefined) return;
      const key = keyOf(userId);
      void ask((redis) => redis.eval(keepScript, 1, key, String(cart.version), format(cart), ttlMs));
    },
    fence: async (userId, version) => {
      const fenced = await ask((redis) => redis.eval(fenceScript, 1, keyOf(userId), String(version), fenceMs));
      if (fenced === undefined) bypassUntil = now() + ttlMs + answerWithinMs;
    },
  };
}

const integer = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const storedSchema = z.object({
  version: integer,
  lines: z.array(
    z.object({
      productId: z.string(),
      quantity: z.int(),
      name: z.string(),
      unitPrice: z.object({ currencyCode: z.string(), minorUnits: integer }),
      position: integer,
    }),
  ),
});

function format({ version, lines }: StoredCart): string {
  return JSON.stringify({ version, lines }, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

function parse(text: string): StoredCart | undefined {
  try {
    return { ...storedSchema.parse(JSON.parse(text)), claimedBy: undefined };
  } catch {
    return undefined;
  }
}
