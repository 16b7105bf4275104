import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadServiceKeys } from '../platform/auth/service-keys.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { openRedis } from '../platform/data/redis/redis.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { openKafka } from '../platform/events/kafka/client.ts';
import { unread } from '../platform/events/kafka/lag.ts';
import { ordersTopic } from '../proto/order-events.ts';
import { openDatabases } from '../runtime/databases.ts';
import { owners, type Owner } from '../runtime/registry.ts';
import { consumerName } from '../services/cart/repository/index.ts';
import { checkoutTaskQueue, searchAttributeTypes } from '../workflows/contract/checkout.ts';
import type { Context } from './context.ts';
import { Skipped, type Check } from './doctor.ts';
import { databasePart } from './parts.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

const logger = pino({ level: 'silent' });
const mostApartMs = 5_000;
const timeoutMs = 5_000;
const start = 'start the platform (`npm run dev`), or correct';

/** Checks of every part that a command may need, from the place where it runs. */
export function checksOf(context: Context, env: Env): readonly Check[] {
  const api = env['ECOMMERCE_API_URL'] ?? 'http://127.0.0.1:8000';
  const grpc = env['ORDER_ADDRESS'] ?? env['ECOMMERCE_GRPC_URL'] ?? 'http://127.0.0.1:50051';
  const keys = env['SERVICE_KEYS_DIR'] ?? '';
  return [
    { part: 'API', address: api, fix: `${start} ECOMMERCE_API_URL`, run: async () => `${(await ask(api)).status}` },
    { part: 'clock', address: api, fix: 'synchronize the clocks (NTP)', run: () => clock(api) },
    {
      part: 'service keys',
      address: keys,
      fix: 'set SERVICE_KEYS_DIR to the folder with public.json and cli.json',
      run: () => serviceKeys(keys),
    },
    { part: 'gRPC', address: grpc, fix: `${start} ECOMMERCE_GRPC_URL or ORDER_ADDRESS`, run: () => orders(context) },
    ...temporalChecks(context, env),
    ...owners.map((owner) => database(owner, env)),
    kafka(env['KAFKA_BROKERS'] ?? ''),
    redis(env['REDIS_URL'] ?? ''),
  ];
}

async function ask(api: string): Promise<Response> {
  const answer = await fetch(`${api}/api/v1/products?page_size=1`, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
  return answer;
}

async function clock(api: string): Promise<string> {
  const date = Date.parse((await ask(api)).headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new Skipped('the answer has no Date');
  const apartMs = Math.abs(Date.now() - date);
  if (apartMs > mostApartMs) throw new Error(`it differs by ${Math.round(apartMs / 1000)} s`);
  return 'the same time';
}

async function serviceKeys(dir: string): Promise<string> {
  if (dir === '') throw new Error('SERVICE_KEYS_DIR is not set');
  (await loadServiceKeys(dir)).signer('cli');
  return 'the key of the command line is there';
}

/** An unknown order is what proves that the service read the key and the request. */
async function orders(context: Context): Promise<string> {
  try {
    await context.sagaOrder(randomUUID());
  } catch (error) {
    if (fromConnectError(error).reason !== 'ORDER_NOT_FOUND') throw error;
  }
  return 'the order service answers and knows the key';
}

function temporalChecks(context: Context, env: Env): readonly Check[] {
  const address = env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default';
  const askTemporal: Awaited<ReturnType<Context['temporal']>>['call'] = async (ms, run) =>
    (await context.temporal()).call(ms, run);
  return [
    {
      part: 'Temporal',
      address,
      fix: `${start} TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE`,
      run: async () => {
        const { customAttributes } = await askTemporal(timeoutMs, ({ connection }) =>
          connection.operatorService.listSearchAttributes({ namespace }),
        );
        const missing = Object.keys(searchAttributeTypes).filter((name) => !(name in (customAttributes ?? {})));
        if (missing.length > 0) throw new Error(`search attributes are missing: ${missing.join(', ')}`);
        return `namespace ${namespace} has all search attributes`;
      },
    },
    {
      part: 'worker',
      address,
      fix: 'start a worker: checkouts wait until one polls',
      run: async () => {
        const { pollers } = await askTemporal(timeoutMs, ({ connection }) =>
          connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: checkoutTaskQueue },
          }),
        );
        if ((pollers ?? []).length === 0) throw new Error(`nobody polls the task queue ${checkoutTaskQueue}`);
        return `${pollers?.length} poll the task queue ${checkoutTaskQueue}`;
      },
    },
  ];
}

function database(owner: Owner, env: Env): Check {
  const url = readDatabaseUrl(env, owner);
  return {
    ...databasePart(owner, url),
    fix: `start Postgres, correct ${owner.toUpperCase()}_DATABASE_URL or DATABASE_URL, or run the migrations`,
    run: async () => {
      const opened = await openDatabases({
        urls: { [owner]: url },
        poolSize: 1,
        waitSeconds: 0,
        logger,
        registry: new Registry(),
      });
      await opened.close();
      return 'all migrations are applied';
    },
  };
}

function kafka(brokers: string): Check {
  return {
    part: 'Kafka',
    address: brokers,
    fix: `${start} KAFKA_BROKERS; the relay makes the topic`,
    run: async () => {
      if (brokers === '') throw new Skipped('KAFKA_BROKERS is not set: events go without Kafka');
      const admin = openKafka({ brokers: brokers.split(','), clientId: 'cli', logger }).admin();
      try {
        await admin.connect();
        if (!(await admin.listTopics()).includes(ordersTopic)) throw new Error(`there is no topic ${ordersTopic}`);
        const waiting = await unread(admin, consumerName, ordersTopic);
        const lag = waiting.reduce((total, { from, end }) => total + Number(end - from), 0);
        return `the topic ${ordersTopic} is there; the consumer ${consumerName} is ${lag} events behind`;
      } finally {
        await admin.disconnect();
      }
    },
  };
}

function redis(url: string): Check {
  return {
    part: 'Redis',
    address: url === '' ? '' : new URL(url).host,
    fix: `${start} REDIS_URL; the shop works without it, but slower`,
    run: async () => {
      if (url === '') throw new Skipped('REDIS_URL is not set');
      const opened = openRedis({ url, logger, registry: new Registry() });
      try {
        await once(opened.redis, 'ready', { signal: AbortSignal.timeout(timeoutMs) });
        await opened.check();
        return 'it answers';
      } finally {
        await opened.close();
      }
    },
  };
}
