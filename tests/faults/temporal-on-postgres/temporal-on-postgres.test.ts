import { Client, type Connection } from '@temporalio/client';
import { Redis } from 'ioredis';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { temporalServerVersion } from '../../../deploy/dev/parts/temporal-server-install.ts';
import { owners, schemaOf } from '../../../runtime/registry.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import { createRandom, seedFrom } from '../../../testkit/random.ts';
import { violationsOf } from '../../../testkit/verdict/accounts.ts';
import { checkoutWorkflowId, searchAttributeTypes } from '../../../workflows/contract/checkout.ts';
import { unhurried } from '../restore/platform.ts';
import { runToEnd } from '../restore/programs.ts';
import {
  backup,
  clean,
  crowd,
  everyOrderEnds,
  everythingDies,
  openToBuyers,
  sql,
  verdictOf,
  type Shop,
} from '../restore/shop.ts';
import { recorded } from '../support/figures.ts';
import { goOn, holdUp, rightsIn, unheard, withCartDeaf } from './books.ts';
import { query } from './databases.ts';
import { openProduction, type Production } from './platform.ts';
import { namespace, withConnection } from './server.ts';

// All tests share one platform, from its empty databases to its restore. Each test goes on where the previous one ended.
const seed = seedFrom(process.env);
const config = 'deploy/temporal';
let platform: Production;
let shop: Shop<Production>;
let failed = false;

beforeAll(async () => {
  platform = await openProduction();
});
afterAll(() => platform?.close());
beforeEach(({ onTestFailed, skip }) => {
  skip(failed, 'an earlier test failed, so the platform is not in the state that this test needs');
  onTestFailed(() => {
    failed = true;
  });
});

const temporal = <Answer>(ask: (connection: Connection) => Promise<Answer>) =>
  withConnection(platform.temporal.address, ask);
const workflows = <Answer>(ask: (client: Client) => Promise<Answer>) =>
  temporal((connection) => ask(new Client({ connection, namespace })));
const serverLog = () => readFileSync(platform.programs.log('temporal'), 'utf8');

/** A test with a timeline. At its end every order must have ended, and the audit must find nothing. */
function story(name: string, play: () => Promise<void>): void {
  test.each([seed])(`${name} (seed %i)`, async () => {
    const { timeline, shopping } = shop;
    await recorded({ name, seed, timeline, unanswered: () => `${shopping.troubles} calls` }, async (judged) => {
      await play();
      await everyOrderEnds(shop);
      await clean(shop);
      const verdict = await verdictOf(shop);
      judged(verdict);
      expect(violationsOf(verdict)).toEqual([]);
    });
  });
}

test('schema.sh creates the schemas of both databases, and changes nothing when it is repeated', async () => {
  const versions = () =>
    Promise.all(
      ['temporal', 'temporal_visibility'].map((database) =>
        query<{ curr_version: string }>(database, 'select db_name, curr_version, creation_time from schema_version'),
      ),
    );
  await platform.temporal.schema();
  const first = await versions();
  expect(first.flat()).toHaveLength(2);
  for (const { curr_version } of first.flat()) expect(curr_version).toMatch(/^1\.[1-9]\d*$/);
  await platform.temporal.schema();
  expect(await versions()).toEqual(first);
});

test('the server uses its whole configuration: stores, shards, dynamic settings, metrics', async () => {
  await platform.startTemporal();
  const { persistenceStore, visibilityStore, historyShardCount, serverVersion } = await temporal((connection) =>
    connection.workflowService.getClusterInfo({}),
  );
  expect({ persistenceStore, visibilityStore, historyShardCount, serverVersion }).toEqual({
    ...{ persistenceStore: 'postgres12', visibilityStore: 'postgres12' },
    ...{ historyShardCount: 512, serverVersion: temporalServerVersion },
  });
  const metrics = await (await fetch(platform.temporal.metricsUrl)).text();
  expect(metrics).toMatch(/^service_requests\{.*service_name="frontend"/m);
  const settings = Object.keys(parse(readFileSync(`${config}/dynamic-config.yaml`, 'utf8')));
  expect(settings.length).toBeGreaterThan(5);
  for (const name of settings)
    expect(serverLog()).toContain(`changed for the key: ${name.toLowerCase()} oldValue: nil`);
  expect(serverLog()).not.toContain('dynamic config warning');
  const judged = await runToEnd(
    platform.temporal.program,
    ['validate-dynamic-config', `${config}/dynamic-config.yaml`],
    {},
  );
  expect(judged).not.toMatch(/warning|error/i);
});

test('namespace.sh registers the namespace and the search attributes, and changes nothing when it is repeated', async () => {
  await platform.temporal.register();
  const told = await platform.temporal.register();
  expect(told).not.toMatch(/registered|created|have been added/i);
  const { config: settings } = await temporal((connection) =>
    connection.workflowService.describeNamespace({ namespace }),
  );
  expect(Number(settings?.workflowExecutionRetentionTtl?.seconds)).toBe(168 * 3600);
  const { customAttributes } = await temporal((connection) =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  for (const [name, type] of Object.entries(searchAttributeTypes)) {
    expect(customAttributes).toHaveProperty(name, type === 'INT' ? 3 : 2);
  }
});

test('the platform starts with the database roles of init.sh and serves the catalog', async () => {
  await platform.migrate();
  await platform.startApp();
  shop = await openToBuyers(platform, createRandom(seed).fork('production'));
  // Each service's role may read its own schema and no other.
  const schemas = owners.map((owner) => `'${schemaOf(owner)}'`).join(', ');
  const strangers = await query<{ role: string; table: string }>(
    'ecommerce',
    `select role, c.oid::regclass::text as table from pg_class c,
       unnest(array[${schemas}]) role
     where c.relkind = 'r' and c.relnamespace::regnamespace::text in (${schemas})
       and has_table_privilege(role, c.oid, 'select') <> (c.relnamespace::regnamespace::text = role)`,
  );
  expect(strangers).toEqual([]);
});

const statusOf = async (id: string) => {
  const rows = await sql<{ status: string; reason: string | null }>(
    platform,
    `select status, failure_reason as reason from orders.orders where id = '${id}'`,
  );
  return rows[0];
};
const endOf = (id: string) =>
  eventually(
    'the end',
    async () => {
      const order = await statusOf(id);
      if (order?.status === 'PENDING') throw new Error('PENDING');
      return order;
    },
    unhurried,
  );

story(
  'one checkout completes, one fails for lack of money, one is cancelled; search attributes find each',
  async () => {
    const { shopping } = shop;
    const [buyer, poor, undecided] = await Promise.all([shopping.arrive(), shopping.arrive(1), shopping.arrive()]);
    const completed = await shopping.checkOut(buyer, 8);
    const failed = await shopping.checkOut(poor, 8);
    await holdUp('hold_money', 'wallet.holds', `new.state = 'HELD'`);
    const cancelled = await shopping.checkOut(undecided, 0);
    await eventually(
      'a cancel',
      async () => expect(await shopping.cancel(undecided, cancelled)).toBe('CHECKOUT_STATE_CANCELLED'),
      unhurried,
    );
    await goOn('hold_money');
    expect(await endOf(completed)).toEqual({ status: 'COMPLETED', reason: null });
    expect(await endOf(failed)).toEqual({ status: 'FAILED', reason: 'INSUFFICIENT_FUNDS' });
    expect(await endOf(cancelled)).toMatchObject({ status: 'CANCELLED' });
    for (const [id, status] of [
      [completed, 'COMPLETED'],
      [failed, 'FAILED'],
      [cancelled, 'CANCELLED'],
    ]) {
      await eventually(
        `${status} in visibility`,
        async () => {
          const found = await workflows(({ workflow }) =>
            Array.fromAsync(workflow.list({ query: `OrderId = '${id}' and CheckoutStatus = '${status}'` })),
          );
          expect(found.map(({ workflowId }) => workflowId)).toEqual([checkoutWorkflowId(id ?? '')]);
        },
        unhurried,
      );
    }
  },
);

story('kill -9 of the worker under load: every order ends', async () => {
  const load = await crowd(shop, 8);
  for (let time = 0; time < 2; time++) {
    await load.more(8);
    shop.timeline.note('kill -9 of the worker');
    await platform.programs.kill('worker');
    await platform.startWorker();
  }
  await load.more(10);
  await load.stop();
});

story('kill -9 of the Temporal server under load: every order ends', async () => {
  const load = await crowd(shop, 8);
  for (let time = 0; time < 2; time++) {
    await load.more(8);
    shop.timeline.note('kill -9 of Temporal');
    await platform.programs.kill('temporal');
    await platform.startTemporal();
  }
  await load.more(10);
  await load.stop();
});

/** Starts checkouts and blocks them before their payment. Each has a running workflow. */
async function begun(count: number): Promise<string[]> {
  const buyers = await Promise.all(Array.from({ length: count }, () => shop.shopping.arrive()));
  const list = (ids: readonly string[]) => ids.map((id) => `'${id}'`).join(', ');
  await holdUp('hold_capture', 'wallet.transactions', `new.type = 'CAPTURE'`);
  const ids = await Promise.all(buyers.map((buyer) => shop.shopping.checkOut(buyer, 0)));
  await eventually(
    'holds',
    async () => {
      const held = await sql(platform, `select from wallet.holds where state = 'HELD' and order_id in (${list(ids)})`);
      expect(held).toHaveLength(count);
    },
    unhurried,
  );
  return ids;
}

const runsOf = (ids: readonly string[]) =>
  workflows(({ workflow }) => Promise.all(ids.map((id) => workflow.getHandle(checkoutWorkflowId(id)).describe())));

story('a backup that was taken under load is restored: its running workflows go on, and every order ends', async () => {
  const { shopping, timeline } = shop;
  const load = await crowd(shop, 8);
  await load.more(10);
  const rights = await rightsIn();
  expect(rights).toHaveLength(3);
  const saved = join(platform.folder, 'whole');
  const { waiting, runs, before } = await withCartDeaf(async () => {
    await load.more(3);
    const ids = await begun(5);
    const descriptions = await runsOf(ids);
    expect(new Set(descriptions.map(({ status }) => status.name))).toEqual(new Set(['RUNNING']));
    expect(await unheard()).not.toEqual([]);
    const promised = [...shopping.promised];
    await backup(shop, 'whole');
    return { waiting: ids, runs: descriptions, before: promised };
  });
  await goOn('hold_capture');
  await load.more(10);
  await everythingDies(shop, load);
  // Orders that were accepted after the backup are lost, as the interval between backups allows.
  shopping.promised.clear();
  for (const orderId of before) shopping.promised.add(orderId);
  await expect(platform.run('deploy/backup/restore.sh', saved)).rejects.toThrow('--replace');
  timeline.note('restore of the books and Temporal');
  await platform.run('deploy/backup/restore.sh', '--replace', saved);
  await copy(saved, '_copy');
  expect([await rightsIn(), await rightsIn('_copy')]).toEqual([rights, rights]);
  await emptyRedis();
  await goOn('hold_capture');
  // Kafka was not restored. Its consumer groups are past events that the restored inbox does not have.
  expect(await unheard()).not.toEqual([]);
  await platform.run(process.execPath, 'cli/main.ts', 'events', 'resend');
  await platform.startTemporal();
  expect((await runsOf(waiting)).map(({ runId }) => runId)).toEqual(runs.map(({ runId }) => runId));
  await platform.startApp();
  await everyOrderEnds(shop);
  for (const id of waiting) expect(await statusOf(id)).toEqual({ status: 'COMPLETED', reason: null });
  // The runs from the backup ended the orders, not new runs that a sweep started.
  const ended = await runsOf(waiting);
  expect(ended.map(({ runId, status }) => [runId, status.name])).toEqual(runs.map(({ runId }) => [runId, 'COMPLETED']));
  await eventually('every published event in the inbox', async () => expect(await unheard()).toEqual([]), unhurried);
  const after = await crowd(shop, 4);
  await after.more(10);
  await after.stop();
});

/** Restores the backup into databases with other names. */
async function copy(saved: string, suffix: string): Promise<void> {
  const names = ['DATABASE_URL', 'TEMPORAL_DATABASE_URL', 'TEMPORAL_VISIBILITY_DATABASE_URL'];
  const otherUrls = names.map((name) => `${name}=${platform.env[name] ?? ''}${suffix}`);
  await platform.run('env', ...otherUrls, 'deploy/backup/restore.sh', saved);
}

async function emptyRedis(): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL'] ?? '');
  await redis.flushdb();
  redis.disconnect();
}
