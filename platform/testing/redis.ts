import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openRedis } from '../data/redis/redis.ts';
import { openProxy } from './proxy/proxy.ts';

/** A client of the real Redis that tests use, with keys of its own. `npm test` starts the server and sets the URL. */
export function connectTestRedis(): Redis {
  const url = process.env.REDIS_URL;
  if (url === undefined) throw new Error('REDIS_URL is not set: run the tests with `npm test`');
  return new Redis(url, { keyPrefix: `test-${randomUUID()}:` });
}

/** `away`: nothing listens at the address. `hangs`: Redis has accepted the connection and answers no more. */
export type RedisTrouble = 'away' | 'hangs';

export interface TroubledRedis {
  /** A client as a process has it. */
  readonly redis: Redis;
  /** The process's metrics. */
  readonly registry: Registry;
  /** The value of `redis_failures_total`. */
  readonly failures: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export async function openTroubledRedis(trouble: RedisTrouble): Promise<TroubledRedis> {
  const registry = new Registry();
  const proxy = trouble === 'away' ? undefined : await openProxyToRedis();
  const url = `redis://127.0.0.1:${proxy?.port ?? 1}`;
  const { redis, close } = openRedis({ url, logger: pino({ level: 'silent' }), registry });
  if (proxy !== undefined) {
    await once(redis, 'ready');
    proxy.set({ mode: 'blackhole' });
  }
  return {
    redis,
    registry,
    failures: async () => {
      const metric = await registry.getSingleMetric('redis_failures_total')?.get();
      return metric?.values[0]?.value ?? 0;
    },
    close: async () => {
      await close();
      await proxy?.close();
    },
  };
}

function openProxyToRedis() {
  const url = process.env['REDIS_URL'];
  if (url === undefined) throw new Error('REDIS_URL is not set: run the tests with `npm test`');
  return openProxy({ name: 'redis', listen: '127.0.0.1:0', target: new URL(url).host });
}
