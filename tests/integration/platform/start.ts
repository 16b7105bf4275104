import { pino, type Logger } from 'pino';
import { createEmptyDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { temporalAddress } from '../../../platform/testing/temporal.ts';
import { createRegistry } from '../../../platform/telemetry/registry.ts';
import { readRuntimeConfig } from '../../../runtime/config.ts';
import { composeProcess } from '../../../runtime/process.ts';
import { parseRoles } from '../../../runtime/roles.ts';
import { startProgram } from '../../../runtime/testing/program.ts';
import { openShop, type Shop } from '../../../testkit/shopper/shop.ts';

/** Every role in the test's own process, on a database of its own, so that a test sees each statement. */
export interface WholePlatform {
  readonly database: TestDatabase;
  readonly shop: Shop;
  /** For example http://127.0.0.1:8000. */
  readonly api: string;
  /** Waits until every order's event is published and the cart has heard of it. */
  readonly eventsAreOver: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const admin = { email: 'admin@example.com', password: 'admin-development-only' };

/** Without Redis and Kafka: events go from the relay to the cart within the process. */
export async function startWholePlatform(
  label: string,
  logger: Logger = pino({ level: 'silent' }),
): Promise<WholePlatform> {
  const database = await createEmptyDatabase(label);
  const env = {
    DATABASE_URL: database.url,
    SSO_BCRYPT_COST: '4',
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_TASK_QUEUE: new URL(database.url).pathname.slice(1),
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    AUDIT_EVERY_SECONDS: '0',
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  };
  const { code, errors } = await startProgram(['migrate.ts'], env).ended;
  if (code !== 0) throw new Error(errors);
  const config = readRuntimeConfig(env, parseRoles(['all']));
  const platform = await composeProcess(config, logger, createRegistry({ service: 'all' }));
  const { http, grpc = '' } = await platform.start({ isKeeper: true });
  const shop = openShop({ api: http, grpc, admin });
  return {
    database,
    shop,
    api: http,
    eventsAreOver: async () => {
      const { rows } = await database.db.execute<{ readonly over: boolean }>(
        `select not exists (select from orders.outbox where published_at is null)
           and not exists (select from orders.outbox o where not exists (select from cart.inbox i where i.event_id = o.id))
           as over`,
      );
      return rows[0]?.over ?? false;
    },
    close: async () => {
      shop.close();
      await platform.stop();
      await database.close();
    },
  };
}
