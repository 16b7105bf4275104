import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../testing/database.ts';
import { nextDue } from './next-due.ts';

const next = nextDue('test.next_due', sql`select min(at) from due`);
let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase('due');
  await database.db.execute('create table due (at timestamptz not null)');
});
beforeEach(() => database.db.execute('truncate due'));
afterAll(() => database.close());

const add = (seconds: number) =>
  database.db.execute(sql`insert into due values (now() + make_interval(secs => ${seconds}))`);

test('nothing is ever due without rows', async () => {
  expect(await next(database.db)).toBe(Infinity);
});

test('the earliest row counts, and whoever waits so long does not come too early', async () => {
  await add(900);
  await add(600);
  const [row] = (
    await database.db.execute<{ ms: number }>(sql`
    select (extract(epoch from min(at) - clock_timestamp()) * 1000)::float8 as ms from due`)
  ).rows;
  const ms = await next(database.db);
  expect(ms).toBeLessThanOrEqual(Math.ceil(row?.ms ?? 0) + 20);
  expect(ms).toBeGreaterThan(500_000);
});

test('a row that is due already is due now', async () => {
  await add(900);
  await add(-1);
  expect(await next(database.db)).toBeLessThanOrEqual(0);
});
