import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { openProxy } from '../../testing/proxy/proxy.ts';
import { fromPostgresError } from '../../errors/from-postgres.ts';
import { testDatabaseUrl } from '../../testing/database.ts';
import { openDatabase } from './database.ts';

const registry = new Registry();
const handle = openDatabase({ url: testDatabaseUrl(), applicationName: 'metrics-test', poolSize: 2, registry });
const bystander = openDatabase({ url: testDatabaseUrl(), applicationName: 'bystander' });
afterAll(() => bystander.close(1));

async function sample(name: string): Promise<number> {
  const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

test('metrics count statements by kind, also within transactions, and open connections', async () => {
  await handle.db.execute(sql`select 1`);
  await handle.db.transaction(async (tx) => {
    await tx.execute(sql`select 2`);
    await tx.transaction((inner) => inner.execute(sql`select 3`));
  });
  await expect(handle.db.execute(sql`select nonsense`)).rejects.toThrow('nonsense');
  expect(await sample('db_query_duration_seconds_count{database="metrics-test",operation="select"}')).toBe(4);
  expect(await sample('db_connections_open{database="metrics-test"}')).toBe(1);
  await handle.close(1);
  await expect.poll(() => sample('db_connections_open{database="metrics-test"}')).toBe(0);
});

test('a statement that takes longer than its timeout fails instead of holding its connection', async () => {
  const other = openDatabase({ url: testDatabaseUrl(), applicationName: 'timeout-test', poolSize: 1 });
  const { rows } = await other.db.execute(sql`select current_setting('statement_timeout') as statement,
    current_setting('lock_timeout') as lock`);
  expect(rows[0]).toEqual({ statement: '2s', lock: '1s' });
  await other.close(1);
});

test('calls that wait for a connection at the close, or come after it, get unavailable', async () => {
  const other = openDatabase({ url: testDatabaseUrl(), applicationName: 'closing-test', poolSize: 1 });
  const ask = () => other.db.execute(sql`select pg_sleep(0.2)`);
  const before = [ask(), ask()];
  const closed = other.close(1);
  const after = [ask(), other.db.transaction(ask)];
  const outcomes = await Promise.allSettled([...before, ...after]);
  await closed;
  const told = outcomes.map((call) => (call.status === 'fulfilled' ? 'done' : fromPostgresError(call.reason)?.code));
  for (const each of told.slice(0, 2)) expect(['done', 'unavailable']).toContain(each);
  expect(told.slice(2)).toEqual(['unavailable', 'unavailable']);
});

/** Ends a connection that is in use, as a dying server does. */
async function killConnection(pid: unknown): Promise<void> {
  await bystander.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
}

test('a connection that dies within a transaction fails only that transaction, and is replaced', async () => {
  const other = openDatabase({ url: testDatabaseUrl(), applicationName: 'dying-test', poolSize: 1 });
  for (let time = 0; time < 3; time++) {
    const dying = other.db.transaction(async (tx) => {
      const { rows } = await tx.execute(sql`select pg_backend_pid() as pid`);
      await killConnection(rows[0]?.['pid']);
      await tx.execute(sql`select 1`);
    });
    await expect(dying).rejects.toThrow('Failed query');
    await other.check();
  }
  await other.close(1);
});

test('a connection that dies while a statement runs fails that statement only', async () => {
  const other = openDatabase({ url: testDatabaseUrl(), applicationName: 'dying-test', poolSize: 1 });
  const { rows } = await other.db.execute(sql`select pg_backend_pid() as pid`);
  const [sleeping] = await Promise.allSettled([
    other.db.execute(sql`select pg_sleep(1.5)`),
    killConnection(rows[0]?.['pid']),
  ]);
  expect(sleeping.status).toBe('rejected');
  await other.check();
  await other.close(1);
});

test('connections that are silently lost fail their statements in time, and are replaced', async () => {
  const url = new URL(testDatabaseUrl());
  const proxy = await openProxy({ name: 'postgres', listen: '127.0.0.1:0', target: url.host });
  url.host = `127.0.0.1:${proxy.port}`;
  const other = openDatabase({ url: url.href, applicationName: 'lost-test', poolSize: 2 });
  await Promise.all([other.check(), other.check()]);
  proxy.set({ mode: 'blackhole' });
  const transaction = () => other.db.transaction((tx) => tx.execute(sql`select 1`));
  const lost = await Promise.allSettled([other.check(), transaction(), transaction(), transaction()]);
  expect(lost.map(({ status }) => status)).toEqual(lost.map(() => 'rejected'));
  proxy.set({ mode: 'pass' });
  await Promise.all([other.check(), transaction(), transaction()]);
  await other.close(1);
  await proxy.close();
}, 60_000);
