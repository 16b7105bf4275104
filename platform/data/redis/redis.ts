import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { redisConnected, redisFailures } from './metrics.ts';

export interface RedisOptions {
  /** redis://[user:password@]host:port[/number] */
  readonly url: string;
  readonly logger: Logger;
  readonly registry: Registry;
  /** A command that takes longer fails. Default 250. */
  readonly commandTimeoutMs?: number;
}

export interface RedisHandle {
  readonly redis: Redis;
  /** Throws if Redis does not answer. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a Redis that may be away: then commands fail at once. If it hangs, they fail within 250 ms, and after three in
 * a row the connection is dropped, so that only few callers wait. Nothing is queued or sent twice. Reconnecting goes on
 * in the background, at least every 2 s.
 */
export function openRedis(options: RedisOptions): RedisHandle {
  const { logger } = options;
  const connected = redisConnected(options.registry);
  // Makes the metric, with the value 0, before the first failure.
  redisFailures(options.registry);
  const redis = new Redis(options.url, {
    connectTimeout: 1000,
    commandTimeout: options.commandTimeoutMs ?? 250,
    socketTimeout: 5000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2000),
  });
  giveUpSilent(redis);
  let told = false;
  redis.on('error', (error) => {
    connected.set(0);
    if (!told) logger.warn({ err: error }, 'Redis does not answer; the process goes on without it until it is back');
    told = true;
  });
  redis.on('close', () => connected.set(0));
  redis.on('ready', () => {
    connected.set(1);
    if (told) logger.info('Redis is back');
    told = false;
  });

  return {
    redis,
    check: async () => void (await redis.ping()),
    close: async () => {
      redis.disconnect();
    },
  };
}

const silentCommands = 3;
/** Added to the timeout: the answer may have arrived while this process was too busy to read it. */
const graceMs = 50;

/** Drops the connection after three timeouts in a row. Until the next connection is made, commands fail at once. */
function giveUpSilent(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  let unanswered = 0;
  const heard = (): void => {
    unanswered = 0;
  };
  const failed = (error: unknown): void => {
    if (!(error instanceof Error && error.message === 'Command timed out')) return;
    unanswered++;
    if (unanswered === silentCommands) setTimeout(giveUp, graceMs);
  };
  const giveUp = (): void => {
    if (unanswered < silentCommands) return;
    unanswered = 0;
    redis.disconnect(true);
  };
  redis.sendCommand = (command, stream) => {
    const answer = send(command, stream);
    command.promise.then(heard, failed);
    return answer;
  };
}
