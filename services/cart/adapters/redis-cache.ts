import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { StoredCart } from '../domain/types.ts';
import type { CartCache } from '../ports.ts';

export interface RedisCacheOptions {
  readonly redis: Redis;
  readonly logger: Logger;
  /** How long an entry lives. */
  readonly ttlMs: number;
  readonly onRead?: (result: 'hit' | 'miss') => void;
  /** Whoever waits for Redis waits no longer. Default 100. */
  readonly answerWithinMs?: number;
  /** Milliseconds, only ever going up. */
  readonly now?: () => number;
}

const restMs = 1000;
/** Longer than a transaction can stay open after its fence: an idle one is ended after 5 s, a statement after 2 s. */
const fenceMs = 15_000;
/** A read of the database older than this is not kept: a fence that it should have met may be gone. */
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

// The number changes with the shape, so that releases running side by side don't read each other's.
const keyOf = (userId: string): string => `cart:1:${userId}`;

/** Carts on Redis; `CartCache` says how they are kept from being served when they are old. */
export function createRedisCache({
  redis,
  logger,
  ttlMs,
  onRead,
  answerWithinMs = 100,
  now = () => performance.now(),
}: RedisCacheOptions): CartCache {
  let askAgainAt = 0;
  let trustAt = 0;
  const usable = () => redis.status === 'ready' && now() >= askAgainAt;

  /** undefined if Redis is away, slow or refuses; it is then left alone for a second. */
  async function ask<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    if (!usable()) return undefined;
    try {
      return await within(answerWithinMs, work());
    } catch (error) {
      askAgainAt = now() + restMs;
      logger.warn({ err: error }, 'the cart cache does without Redis for a second');
      return undefined;
    }
  }

  return {
    find: async (userId) => {
      if (now() < trustAt) return undefined;
      const text = await ask(() => redis.hget(keyOf(userId), 'cart'));
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
      void ask(() => redis.eval(keepScript, 1, key, String(cart.version), format(cart), ttlMs));
    },
    fence: async (userId, version) => {
      const fenced = await ask(() => redis.eval(fenceScript, 1, keyOf(userId), String(version), fenceMs));
      if (fenced === undefined) trustAt = now() + ttlMs + answerWithinMs;
    },
  };
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`Redis did not answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
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
