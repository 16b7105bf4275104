import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { loadServiceKeys } from '../platform/auth/service-keys.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { settingsProblems } from '../platform/config/errors.ts';
import { redisUrl } from '../platform/config/schemas.ts';
import { invalidIndexes } from '../platform/data/db/invalid-indexes.ts';
import { openRedis } from '../platform/data/redis/redis.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { openKafka } from '../platform/events/kafka/client.ts';
import { unread } from '../platform/events/kafka/lag.ts';
import { ordersTopic } from '../proto/order-events.ts';
import { howToMigrate, openDatabases } from '../runtime/databases.ts';
import { owners, schemaOf, type Owner } from '../runtime/registry.ts';
import { consumerName } from '../services/cart/repository/index.ts';
import { checkoutTaskQueue, searchAttributeTypes } from '../workflows/contract/checkout.ts';
import type { Context } from './context.ts';
import { Skipped, type Check } from './doctor.ts';
import { CliError, exitCodes } from './exit.ts';
import { answered, failureOf } from './failure.ts';
import { databasePart } from './parts.ts';
import { pollersOf } from '../platform/temporal/pollers.ts';
import { describePollers } from './pollers.ts';
import { apiAddress, kafkaBrokers, orderAddress, temporalAddress, withoutPassword } from './settings.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

const logger = pino({ level: 'silent' });
const mostApartMs = 5_000;
const timeoutMs = 5_000;
const start = 'start the platform (`npm run dev`), or correct';

/** Checks of every part that a command may need, from the place where it runs. */
export function checksOf(context: Context, env: Env): readonly Check[] {
  const keys = env['SERVICE_KEYS_DIR'] ?? '';
  return [
    ...unlessWrong(['API', 'clock'], () => apiChecks(withoutPassword(apiAddress(env)))),
    {
      part: 'service keys',
      address: keys,
      fix: 'set SERVICE_KEYS_DIR to the folder with public.json and cli.json (docs/support.md)',
      run: () => serviceKeys(keys),
    },
    ...unlessWrong(['gRPC'], () => [
      {
        part: 'gRPC',
        address: withoutPassword(orderAddress(env)),
        fix: fixOfOrders,
        needs: { part: 'service keys', otherwise: 'the service keys are missing' },
        run: () => orders(context, keys),
      },
    ]),
    ...temporalChecks(context, env),
    ...owners.flatMap((owner) => unlessWrong([`Postgres (${owner})`], () => [database(owner, env)])),
    ...unlessWrong(['Kafka'], () => [kafka(kafkaBrokers(env))]),
    ...unlessWrong(['Redis'], () => [redis(env['REDIS_URL'] ?? '')]),
  ];
}

/** A wrong setting is what its own check finds. The others go on. */
function unlessWrong(parts: readonly string[], make: () => readonly Check[]): readonly Check[] {
  try {
    return make();
  } catch (error) {
    if (settingsProblems(error) === undefined) throw error;
    const [first = ''] = parts;
    const needs = { part: first, otherwise: 'its setting is wrong' };
    const check = { address: '', fix: fixOfSetting, run: () => Promise.reject(error) };
    return parts.map((part) => ({ ...check, part, ...(part === first ? {} : { needs }) }));
  }
}

const fixOfSetting = 'correct this setting';

function apiChecks(api: string): readonly Check[] {
  return [
    { part: 'API', address: api, fix: (error) => fixOfApi(api, error), run: async () => `${(await ask(api)).status}` },
    {
      part: 'clock',
      address: api,
      fix: 'synchronize the clocks (NTP)',
      needs: { part: 'API', otherwise: 'the API is away' },
      run: () => clock(api),
    },
  ];
}

/** The API answers, but not as it should. */
class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

function answer(api: string): Promise<Response> {
  return fetch(`${api}/api/v1/products?page_size=1`, { signal: AbortSignal.timeout(timeoutMs) });
}

async function ask(api: string): Promise<Response> {
  const given = await answer(api);
  if (given.ok) return given;
  throw new BadAnswer(`it answers with status ${given.status}`);
}

function fixOfApi(api: string, error: unknown): string {
  if (error instanceof BadAnswer) return `GET ${api}/ready names the part that fails; else correct ECOMMERCE_API_URL`;
  return `${start} ECOMMERCE_API_URL`;
}

function fixOfOrders(error: unknown): string {
  const { exitCode, failure } = failureOf(error);
  if (answered(error))
    return exitCode === exitCodes.away
      ? 'mend the part that its answer names'
      : `give the services the keys of SERVICE_KEYS_DIR: it refuses this one with ${failure.reason}`;
  return `${start} ECOMMERCE_GRPC_URL or ORDER_ADDRESS`;
}

/** An answer of any status has the time of its machine. */
async function clock(api: string): Promise<string> {
  const date = Date.parse((await answer(api)).headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new Skipped('the answer has no Date');
  const apartMs = Math.abs(Date.now() - date);
  if (apartMs > mostApartMs) throw new Error(`it differs by ${Math.round(apartMs / 1000)} s`);
  return 'the same time';
}

async function serviceKeys(dir: string): Promise<string> {
  if (dir === '') throw new Skipped('SERVICE_KEYS_DIR is not set: without it `checkout cancel` is for the buyer alone');
  (await loadServiceKeys(dir)).signer('cli');
  return 'the key of the command line is there';
}

/** An unknown order is what proves that the service read the key and the request. */
async function orders(context: Context, dir: string): Promise<string> {
  if (dir === '') throw new Skipped('not checked: it needs SERVICE_KEYS_DIR');
  try {
    await context.sagaOrder(randomUUID());
  } catch (error) {
    if (fromConnectError(error).reason !== 'ORDER_NOT_FOUND') throw error;
  }
  return 'the order service answers and knows the key';
}

class MissingAttributes extends Error {
  override readonly name = 'MissingAttributes';
}

function temporalChecks(context: Context, env: Env): readonly Check[] {
  const { address, namespace } = temporalAddress(env);
  const askTemporal: Awaited<ReturnType<Context['temporal']>>['call'] = async (ms, run) =>
    (await context.temporal()).call(ms, run);
  return [
    {
      part: 'Temporal',
      address,
      fix: (error) => {
        if (error instanceof MissingAttributes) return 'start a worker again: it registers them';
        // The namespace is what Temporal itself does not know.
        return error instanceof CliError ? fixOfSetting : `${start} TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE`;
      },
      run: async () => {
        const { customAttributes } = await askTemporal(timeoutMs, ({ connection }) =>
          connection.operatorService.listSearchAttributes({ namespace }),
        );
        const missing = Object.keys(searchAttributeTypes).filter((name) => !(name in (customAttributes ?? {})));
        if (missing.length > 0) throw new MissingAttributes(`search attributes are missing: ${missing.join(', ')}`);
        return `namespace ${namespace} has all search attributes`;
      },
    },
    {
      part: 'worker',
      address,
      fix: 'start a worker: checkouts wait until one polls',
      needs: { part: 'Temporal', otherwise: 'Temporal is away' },
      run: async () => {
        const pollers = await askTemporal(timeoutMs, ({ connection }) =>
          pollersOf(connection, namespace, checkoutTaskQueue),
        ).catch((error: unknown) => {
          throw error instanceof CliError ? new Skipped('not checked: Temporal lacks the namespace') : error;
        });
        return describePollers(checkoutTaskQueue, pollers, { host: hostname(), now: new Date(), isRunning });
      },
    },
  ];
}

/** A process of somebody else runs, too: then a signal is forbidden. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== 'ESRCH';
  }
}

class InvalidIndexes extends Error {
  override readonly name = 'InvalidIndexes';
  readonly fix: string;
  constructor(indexes: readonly string[]) {
    super(`no query uses these indexes, because they are INVALID: ${indexes.join(', ')}`);
    this.fix = `run ${indexes.map((index) => `REINDEX INDEX CONCURRENTLY ${index}`).join('; ')} (docs/upgrades.md)`;
  }
}

/** The database's own words tell what is wrong. */
function fixOfDatabase(owner: Owner, error: unknown): string {
  if (error instanceof InvalidIndexes) return error.fix;
  const setting = `${owner.toUpperCase()}_DATABASE_URL or DATABASE_URL`;
  const text = String(error);
  if (text.includes('migrate.ts')) return `migrations are missing; ${howToMigrate}`;
  return /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|terminated/.test(text)
    ? `start Postgres, or correct ${setting}`
    : `correct ${setting}`;
}

function database(owner: Owner, env: Env): Check {
  const url = readDatabaseUrl(env, owner);
  return {
    ...databasePart(owner, url),
    fix: (error) => fixOfDatabase(owner, error),
    run: async () => {
      const opened = await openDatabases({
        urls: { [owner]: url },
        poolSize: 1,
        waitSeconds: 0,
        logger,
        registry: new Registry(),
      });
      try {
        const invalid = await invalidIndexes(opened.of(owner).db, schemaOf(owner));
        if (invalid.length > 0) throw new InvalidIndexes(invalid);
        return 'all migrations are applied';
      } finally {
        await opened.close();
      }
    },
  };
}

function kafka(brokers: string[] | undefined): Check {
  return {
    part: 'Kafka',
    address: brokers?.join() ?? '',
    fix: `${start} KAFKA_BROKERS; the relay makes the topic`,
    run: async () => {
      if (brokers === undefined) throw new Skipped('KAFKA_BROKERS is not set: events go without Kafka');
      const admin = openKafka({ brokers, clientId: 'cli', logger }).admin();
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
    address: url === '' ? '' : new URL(z.object({ REDIS_URL: redisUrl }).parse({ REDIS_URL: url }).REDIS_URL).host,
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
