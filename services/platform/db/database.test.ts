import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { testDatabaseUrl } from '../testing/database.ts';
import { openDatabase } from './database.ts';

const registry = new Registry();
const handle = openDatabase({ url: testDatabaseUrl(), applicationName: 'metrics-test', poolSize: 2, registry });
afterAll(() => handle.close(1));

async function sample(name: string): Promise<number> {
  const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

test('statements are counted by their kind, within transactions too, and connections while they are open', async () => {
  await handle.db.execute(sql`select 1`);
  await handle.db.transaction(async (tx) => {
    await tx.execute(sql`select 2`);
    await tx.transaction((inner) => inner.execute(sql`select 3`));
  });
  await expect(handle.db.execute(sql`select nonsense`)).rejects.toThrow('nonsense');
  expect(await sample('db_query_duration_seconds_count{database="metrics-test",operation="select"}')).toBe(4);
  expect(await sample('db_connections_open{database="metrics-test"}')).toBe(1);
  await handle.close(1);
  expect(await sample('db_connections_open{database="metrics-test"}')).toBe(0);
});

test('a statement that takes longer than its timeout fails instead of holding its connection', async () => {
  const other = openDatabase({ url: testDatabaseUrl(), applicationName: 'timeout-test', poolSize: 1 });
  const settings = await other.db.execute(sql`select current_setting('statement_timeout') as statement,
    current_setting('lock_timeout') as lock`);
  expect(settings[0]).toEqual({ statement: '2s', lock: '1s' });
  await other.close(1);
});
