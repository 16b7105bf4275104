import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProxy, type Proxy } from '../../testing/proxy/proxy.ts';
import { fromPostgresError } from '../../errors/from-postgres.ts';
import { withLimits } from '../../telemetry/request-context.ts';
import { testDatabaseUrl } from '../../testing/database.ts';
import { openDatabase, type DatabaseHandle, type DatabaseOptions } from './database.ts';

const opened: DatabaseHandle[] = [];
let proxy: Proxy;

beforeEach(async () => {
  const target = new URL(testDatabaseUrl()).host;
  proxy = await openProxy({ name: 'postgres', listen: '127.0.0.1:0', target });
});
afterEach(async () => {
  for (const handle of opened.splice(0)) await handle.close(0.1);
  await proxy.close();
});

function open(options: Partial<DatabaseOptions> = {}): DatabaseHandle {
  const url = new URL(testDatabaseUrl());
  url.port = String(proxy.port);
  const handle = openDatabase({ url: url.href, applicationName: 'pool-test', poolSize: 2, ...options });
  opened.push(handle);
  return handle;
}

/** The reason of the error that callers get, or `ok`. */
async function outcome(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => 'ok',
    (error: unknown) => fromPostgresError(error)?.reason,
  );
}

const all = (handle: DatabaseHandle, count: number) =>
  Promise.all(Array.from({ length: count }, () => outcome(handle.db.execute(sql`select 1`))));
const transact = (handle: DatabaseHandle) => handle.db.transaction((tx) => tx.execute(sql`select 1`));

/** Uses a connection until the returned function is called. */
async function occupy(handle: DatabaseHandle): Promise<() => Promise<void>> {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const done = handle.db.transaction(async () => {
    begun.resolve();
    await release.promise;
  });
  await begun.promise;
  return async () => {
    release.resolve();
    await done;
  };
}

function limits(urgent = false) {
  const caller = new AbortController();
  return { caller, limits: { deadlineMs: performance.now() + 10_000, signal: caller.signal, urgent } };
}

test('connections that were reset are replaced', async () => {
  const handle = open();
  for (let round = 0; round < 3; round++) {
    expect(await all(handle, 2)).toEqual(['ok', 'ok']);
    proxy.set({ mode: 'reset' });
    proxy.set({ mode: 'pass' });
    // The first calls may still get a dead connection, later calls may not.
    await Promise.all([outcome(transact(handle)), outcome(transact(handle))]);
    await expect.poll(() => outcome(transact(handle))).toBe('ok');
  }
});

test('calls to a server that gives no answer fail in time, and the pool recovers', async () => {
  const registry = new Registry();
  const handle = open({ registry });
  expect(await all(handle, 2)).toEqual(['ok', 'ok']);
  proxy.set({ mode: 'blackhole' });
  const started = performance.now();
  const outcomes = await Promise.all([outcome(transact(handle)), outcome(transact(handle))]);
  outcomes.push(...(await all(handle, 20)));
  expect(new Set(outcomes)).not.toContain('ok');
  expect(new Set(outcomes)).not.toContain(undefined);
  expect(performance.now() - started).toBeLessThan(15_000);
  proxy.set({ mode: 'pass' });
  await expect.poll(() => all(handle, 4), { timeout: 10_000 }).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await outcome(transact(handle))).toBe('ok');
  expect(await registry.metrics()).toMatch(/db_connections_silent_total\{database="pool-test"\} [1-9]/);
}, 30_000);

test('after one connection gave no answer, others that have not answered since are not used', async () => {
  const handle = open();
  const pid = async () => (await handle.db.execute(sql`select pg_backend_pid() as pid`)).rows[0]?.['pid'];
  const before = await Promise.all([pid(), pid()]);
  expect(new Set(before).size).toBe(2);
  proxy.set({ mode: 'blackhole' });
  expect(await outcome(handle.db.execute(sql`select 1`))).toBe('DATABASE_OUTCOME_UNKNOWN');
  // The connection without an answer was cut. The other one may be lost too, so it must not be used.
  proxy.set({ mode: 'pass' });
  expect(before).not.toContain(await pid());
}, 15_000);

test('while all connections are in use, a bounded number of calls waits for a bounded time; others are refused at once', async () => {
  const registry = new Registry();
  const handle = open({ registry, poolSize: 1, queue: { maxWaiting: 2, maxWaitMs: 300 } });
  const release = await occupy(handle);
  const waiting = [1, 2].map(() => outcome(handle.db.execute(sql`select 1`)));
  await expect.poll(() => registry.metrics()).toContain('db_connections_awaited{database="pool-test"} 2');
  const refused = await Promise.race([
    outcome(handle.db.execute(sql`select 1`)),
    ...waiting.map(() => new Promise(() => undefined)),
  ]);
  expect(refused).toBe('DATABASE_BUSY');
  expect(await Promise.all(waiting)).toEqual(['DATABASE_BUSY', 'DATABASE_BUSY']);
  expect(await registry.metrics()).toContain('db_connections_in_use{database="pool-test"} 1');
  await release();
  expect(await outcome(handle.db.execute(sql`select 1`))).toBe('ok');
  expect(await registry.metrics()).toContain('db_connections_in_use{database="pool-test"} 0');
});

test('an urgent call gets the next connection, before calls that have waited longer', async () => {
  const handle = open({ poolSize: 1, queue: { maxWaitMs: 5000 } });
  const release = await occupy(handle);
  const order: string[] = [];
  const ask = (name: string, urgent: boolean) =>
    withLimits(limits(urgent).limits, () => handle.db.execute(sql`select 1`)).then(() => order.push(name));
  const asked = [ask('public', false), ask('public', false), ask('step', true)];
  await release();
  await Promise.all(asked);
  expect(order).toEqual(['step', 'public', 'public']);
});

test('a call whose caller is gone begins nothing and leaves the queue; its running transaction goes on', async () => {
  const handle = open({ poolSize: 1, queue: { maxWaitMs: 5000 } });
  const { caller, limits: mine } = limits();
  const transaction = withLimits(mine, () =>
    handle.db.transaction(async (tx) => {
      const waiting = outcome(handle.db.execute(sql`select 1`));
      caller.abort();
      expect(await waiting).toBe('DATABASE_BUSY');
      const { rows } = await tx.execute(sql`select 1 as one`);
      return rows[0]?.['one'];
    }),
  );
  expect(await transaction).toBe(1);
  expect(await withLimits(mine, () => outcome(handle.db.execute(sql`select 1`)))).toBe('DATABASE_BUSY');
});

test('a read whose caller is gone is cancelled on the server', async () => {
  const handle = open();
  const watcher = open();
  const { caller, limits: mine } = limits();
  const reading = withLimits(mine, () => outcome(handle.db.execute(sql`select pg_sleep(1.9)`)));
  const sleepers = async () => {
    const found = await watcher.db.execute(
      sql`select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep(1.9)%'`,
    );
    return found.rows.length;
  };
  await expect.poll(sleepers).toBe(1);
  const started = performance.now();
  caller.abort();
  expect(await reading).toBe('DATABASE_BUSY');
  expect(performance.now() - started).toBeLessThan(1500);
  await expect.poll(sleepers).toBe(0);
  expect(await all(handle, 2)).toEqual(['ok', 'ok']);
});
