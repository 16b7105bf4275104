import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { redisFailures } from './metrics.ts';

export interface RedisGuardOptions {
  readonly redis: Redis;
  /** Where `redis_failures_total` counts the calls that were done without Redis. */
  readonly registry: Registry;
  readonly logger: Logger;
  /** Who does without Redis, for the log: `the cart cache`. */
  readonly name: string;
  /** No caller waits longer for Redis. Default 100. */
  readonly answerWithinMs?: number | undefined;
  /** Milliseconds, only ever going up. */
  readonly now?: (() => number) | undefined;
}

/** What the call answers, or undefined if it was done without Redis. Never throws. */
export type RedisGuard = <Value>(call: (redis: Redis) => Promise<Value>) => Promise<Value | undefined>;

const pauseMs = 1000;

/**
 * Keeps callers from waiting for a Redis that is away, late or unwilling. After a call that failed, Redis is not asked
 * for a second: of all callers in that second, one has waited.
 */
export function createRedisGuard(options: RedisGuardOptions): RedisGuard {
  const { redis, registry, logger, name, answerWithinMs = 100, now = () => performance.now() } = options;
  const countFailure = redisFailures(registry);
  let askAgainAt = 0;
  return async (call) => {
    if (redis.status !== 'ready' || now() < askAgainAt) {
      countFailure();
      return undefined;
    }
    try {
      // Sent before anything is awaited, so that calls reach Redis in the order in which they were made.
      return await within(answerWithinMs, call(redis));
    } catch (error) {
      askAgainAt = now() + pauseMs;
      countFailure();
      logger.warn({ err: error }, `${name} does without Redis for a second`);
      return undefined;
    }
  };
}

async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new Error(`Redis did not answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop.abort();
  }
}
