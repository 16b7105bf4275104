import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createFailureLog } from '../../failure-log.ts';
import { redisFailures } from './metrics.ts';

export interface RedisGuardOptions {
  readonly redis: Redis;
  /** Where `redis_failures_total` counts the calls that went on without Redis. */
  readonly registry: Registry;
  readonly logger: Logger;
  /** What goes on without Redis, for the log: `the cart cache`. */
  readonly name: string;
  /** Longest wait for an answer. Default 100. */
  readonly answerWithinMs?: number | undefined;
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Returns the answer of Redis, or undefined if the call went on without it. Never throws. */
export type RedisGuard = <Value>(call: (redis: Redis) => Promise<Value>) => Promise<Value | undefined>;

const pauseMs = 1000;

/**
 * Lets callers go on when Redis is away, slow, or refuses. After a failed call Redis is not asked for a second, so only
 * one caller in that second has waited.
 */
export function createRedisGuard(options: RedisGuardOptions): RedisGuard {
  const { redis, registry, logger, name, answerWithinMs = 100, now = () => performance.now() } = options;
  const countFailure = redisFailures(registry);
  const failures = createFailureLog({
    logger,
    failure: `a call to Redis failed; ${name} goes on without Redis for a second`,
    success: `Redis answers ${name} again`,
    calmMs: 10_000,
    now,
  });
  let askAgainAt = 0;
  return async (call) => {
    if (redis.status !== 'ready' || now() < askAgainAt) {
      countFailure();
      return undefined;
    }
    try {
      // Sent before anything is awaited, so that calls reach Redis in the order in which they were made.
      const value = await within(answerWithinMs, call(redis));
      failures.worked();
      return value;
    } catch (error) {
      askAgainAt = now() + pauseMs;
      countFailure();
      failures.failed(error);
      return undefined;
    }
  };
}

/**
 * Rejects if no answer of Redis comes within `ms`. It uses a plain timer: an AbortController and its error, with a stack
 * trace, would cost more than the call.
 */
export async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
  timer.unref();
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
