import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { createRedisGuard } from '../../../platform/data/redis/guard.ts';
import type { StoredCart } from '../domain/types.ts';
import type { CartCache } from '../ports.ts';
import { createFenceRepeats, type Fence } from './fence-repeats.ts';

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

export interface RedisCache extends CartCache {
  /** Ends the repetition of fences that failed. */
  readonly stop: () => void;
}

/**
 * A commit comes at most this long after its fence. A statement waits at most 2 s for a connection and runs at most 2 s;
 * in a transaction the server ends an idle one after 5 s.
 */
const commitWithinMs = 5000;
/** How long a fence stays. It must be longer than `commitWithinMs` and `keepWithinMs` together. */
const fenceMs = 15_000;
/** A cart that was read longer ago is not kept: a fence against it may have expired since. */
const keepWithinMs = 2000;

// An entry is a hash of `version`, `cart` and `claim`. Without `cart` it is a fence. `claim` is the order whose claim
// keeps carts out; only that order lifts it. If several orders claim at the same time it is `*`, which nobody lifts.
const fenceScript = `
  local known = tonumber(redis.call('hget', KEYS[1], 'version') or '-1')
  if known > tonumber(ARGV[1]) then return 0 end
  if known == tonumber(ARGV[1]) and redis.call('hexists', KEYS[1], 'cart') == 1 then return 0 end
  redis.call('hdel', KEYS[1], 'cart')
  redis.call('hset', KEYS[1], 'version', ARGV[1])
  return redis.call('pexpire', KEYS[1], ARGV[2])`;
const fenceClaimScript = `
  local claim = redis.call('hget', KEYS[1], 'claim')
  redis.call('hdel', KEYS[1], 'cart')
  redis.call('hset', KEYS[1], 'claim', (claim and claim ~= ARGV[1]) and '*' or ARGV[1])
  return redis.call('pexpire', KEYS[1], ARGV[2])`;
const liftScript = `
  if redis.call('hget', KEYS[1], 'claim') ~= ARGV[1] then return 0 end
  return redis.call('hdel', KEYS[1], 'claim')`;
const keepScript = `
  local claim = redis.call('hget', KEYS[1], 'claim')
  if claim and claim ~= ARGV[4] then return 0 end
  if claim then redis.call('hdel', KEYS[1], 'claim') end
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
}: RedisCacheOptions): RedisCache {
  const ask = createRedisGuard({ redis, registry, logger, name: 'the cart cache', answerWithinMs, now });
  // After this time no cart from before the fence's commit is left in Redis.
  const neededMs = commitWithinMs + keepWithinMs + ttlMs + answerWithinMs;
  const write = (userId: string, fence: Fence) => writeFence(redis, userId, fence);
  const repeats = createFenceRepeats({ redis, write, answerWithinMs, neededMs, now });
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
      return (userId, cart, ended) => {
        if (cart.claimedBy !== undefined) return;
        if (now() - startedAt < keepWithinMs) keep(userId, cart, ended);
        else if (ended !== undefined) lift(userId, ended);
      };
    },
    fence: (userId, version) => fence(userId, { version }),
    fenceClaim: (userId, orderId) => fence(userId, { claim: orderId }),
    lift,
    stop: repeats.stop,
  };

  async function fence(userId: string, says: Fence): Promise<void> {
    if ((await ask(() => write(userId, says))) !== undefined) return;
    bypassUntil = now() + neededMs;
    repeats.add(userId, says);
  }

  function keep(userId: string, cart: StoredCart, ended = ''): void {
    const key = keyOf(userId);
    void ask((redis) => redis.eval(keepScript, 1, key, String(cart.version), format(cart), ttlMs, ended));
  }

  function lift(userId: string, orderId: string): void {
    void ask((redis) => redis.eval(liftScript, 1, keyOf(userId), orderId));
  }
}

function writeFence(redis: Redis, userId: string, { version, claim }: Fence): Promise<unknown> {
  const key = keyOf(userId);
  const sent: Promise<unknown>[] = [];
  if (version !== undefined) sent.push(redis.eval(fenceScript, 1, key, String(version), fenceMs));
  if (claim !== undefined) sent.push(redis.eval(fenceClaimScript, 1, key, claim, fenceMs));
  return Promise.all(sent);
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
