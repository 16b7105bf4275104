import type { Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RateLimits } from '../config.ts';
import { rateLimited } from '../domain/errors.ts';
import { networkOf } from '../../../platform/auth/client-network.ts';
import type { AttemptLimits } from '../ports.ts';

interface Limit {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

/** Makes a limiter that counts in memory: that of this process, or one that several processes share. */
export type MemoryLimiter = (limit: Limit) => RateLimiterMemory;

/** Counts attempts in memory. The limiter on Redis uses it only when Redis fails. */
class Insurance extends RateLimiterMemory {
  readonly #counts: RateLimiterMemory;
  readonly #onUse: () => void;

  constructor(limit: Limit, counts: RateLimiterMemory, onUse: () => void) {
    super(limit);
    this.#counts = counts;
    this.#onUse = onUse;
  }

  override consume(...input: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    this.#onUse();
    return this.#counts.consume(...input);
  }

  override get(...input: Parameters<RateLimiterMemory['get']>): Promise<RateLimiterRes | null> {
    this.#onUse();
    return this.#counts.get(...input);
  }

  override delete(...input: Parameters<RateLimiterMemory['delete']>): Promise<boolean> {
    this.#onUse();
    return this.#counts.delete(...input);
  }
}

interface Places {
  readonly redis: Redis | undefined;
  readonly inMemory: MemoryLimiter;
  readonly onRedisFailure: () => void;
}

/** A limiter that replicas share on Redis. While Redis is unavailable, each replica counts alone. */
function createLimiter(limit: Limit, { redis, inMemory, onRedisFailure }: Places): RateLimiterAbstract {
  const counts = inMemory(limit);
  if (redis === undefined) return counts;
  const insuranceLimiter = new Insurance(limit, counts, onRedisFailure);
  return new RateLimiterRedis({ ...limit, storeClient: redis, insuranceLimiter, rejectIfRedisNotReady: true });
}

function refusal(result: RateLimiterRes): Error {
  return rateLimited(Math.max(1, Math.ceil(result.msBeforeNext / 1000)));
}

/** Counts one attempt. @throws RATE_LIMITED if the limit is reached; the limiter rejects with its state then */
async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    throw error instanceof RateLimiterRes ? refusal(error) : error;
  }
}

/** @returns whether attempts are counted for the key. @throws RATE_LIMITED if the limit is reached */
async function checkLeft(limiter: RateLimiterAbstract, key: string): Promise<boolean> {
  const result = await limiter.get(key);
  if (result !== null && result.consumedPoints >= limiter.points) throw refusal(result);
  return result !== null;
}

/**
 * Limits logins for each account and IP address together, and for each IP address; limits registrations for each IP
 * address. Keys are hashes, since an address is personal data.
 * @param onRedisFailure called for each count that was kept in memory because Redis failed
 */
export function createAttemptLimits(
  redis: Redis | undefined,
  limits: RateLimits,
  onRedisFailure: () => void,
  inMemory: MemoryLimiter = (limit) => new RateLimiterMemory(limit),
): AttemptLimits {
  const duration = limits.loginWindowSeconds;
  const limiter = (limit: Limit) => createLimiter(limit, { redis, inMemory, onRedisFailure });
  const byAccount = limiter({
    keyPrefix: 'sso:login:account',
    points: limits.loginFailuresPerAccount,
    duration,
  });
  const byAddress = limiter({
    keyPrefix: 'sso:login:address',
    points: limits.loginFailuresPerAddress,
    duration,
  });
  const registrations = limiter({
    keyPrefix: 'sso:register',
    points: limits.registrationsPerAddressAndHour,
    duration: 3600,
  });
  const keyOf = (...parts: readonly string[]) => createHash('sha256').update(parts.join('\n')).digest('base64url');

  return {
    login: async (email, address) => {
      const network = networkOf(address);
      const account = keyOf(email, network);
      const checkBoth = () => Promise.all([checkLeft(byAccount, account), checkLeft(byAddress, keyOf(network))]);
      await checkBoth();
      return {
        failed: async () => {
          await Promise.all([consume(byAccount, account), consume(byAddress, keyOf(network))]);
        },
        succeeded: async () => {
          const [hasFailed] = await checkBoth();
          if (hasFailed) await byAccount.delete(account);
        },
      };
    },
    register: (address) => consume(registrations, keyOf(networkOf(address))),
  };
}
