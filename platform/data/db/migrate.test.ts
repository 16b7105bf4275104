import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../testing/database.ts';
import { migrateService, MigrationBlocked } from './migrate.ts';

const migrations = ['create table shop.things (id int)', 'alter table shop.things add column color text'];

let folder: string;
let database: TestDatabase;
let report: postgres.Sql;
let lines: string[];
beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  database = await createEmptyDatabase('migrate');
  report = postgres(database.url, { max: 1, connection: { application_name: 'long-report' } });
  await write(migrations.slice(0, 1));
  await migrateService(database.url, 'shop', 'shop', { folder });
  await write(migrations);
});
afterEach(async () => {
  await report.end({ timeout: 1 });
  await database.close();
  await rm(folder, { recursive: true });
});

async function write(texts: readonly string[]): Promise<void> {
  await mkdir(join(folder, 'shop/meta'), { recursive: true });
  const entries = texts.map((_, idx) => ({ idx, version: '7', when: idx + 1, tag: `${idx}`, breakpoints: true }));
  const journal = { version: '7', dialect: 'postgresql', entries };
  await writeFile(join(folder, 'shop/meta/_journal.json'), JSON.stringify(journal));
  for (const [index, text] of texts.entries()) await writeFile(join(folder, `shop/${index}.sql`), text);
}

const migrateNow = (totalMs = 60_000) =>
  migrateService(database.url, 'shop', 'shop', {
    folder,
    totalMs,
    lockMs: 300,
    pauseMs: 300,
    tell: (line) => lines.push(line),
  });

async function columns(): Promise<unknown[]> {
  const { rows } = await database.db.execute(
    `select column_name as name from information_schema.columns where table_schema = 'shop' and table_name = 'things' order by 1`,
  );
  return rows.map((row) => row['name']);
}

/** A transaction that has read the table, as that of an audit. @returns its process */
async function beginReport(): Promise<number> {
  await report`begin`;
  await report`select count(*) from shop.things`;
  const [own] = await report<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return own?.pid ?? 0;
}

test('while a migration waits for a table, other reads of it are answered; then it succeeds', async () => {
  const pid = await beginReport();
  let isOver = false;
  const migrating = migrateNow().finally(() => {
    isOver = true;
  });
  // Like all calls of services, these wait at most 1 s for a lock.
  const endAt = performance.now() + 3000;
  while (performance.now() < endAt) await database.db.execute('select count(*) from shop.things');
  expect(isOver).toBe(false);
  await report`commit`;
  await migrating;
  expect(await columns()).toEqual(['color', 'id']);
  const holder = `process ${pid} \\(long-report as \\w+, in a transaction for \\d+ s\\)`;
  const line = new RegExp(`^shop: the migration waits for shop.things, which ${holder} has locked. It tries again`);
  expect(lines).toEqual([expect.stringMatching(line)]);
});

test('a migration that does not get its lock in time tells who has it, and changes nothing', async () => {
  const pid = await beginReport();
  const failure = await migrateNow(1000).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MigrationBlocked);
  expect(String(failure)).toContain(`process ${pid} (long-report`);
  expect(await columns()).toEqual(['id']);
  await report`commit`;
  await migrateNow();
  expect(await columns()).toEqual(['color', 'id']);
});

test('a migration beside another one says at once that it waits for that, and if it gives up, it tells so', async () => {
  const told = (count: number) => vi.waitFor(() => expect(lines).toHaveLength(count), { timeout: 5000 });
  await beginReport();
  const first = migrateNow();
  await told(1);
  const failure = await migrateNow(300).catch((error: unknown) => error);
  const underWay = String.raw`shop: another migration is under way: process \d+ \(migrate-shop\)\.`;
  expect(lines.at(-1)).toMatch(new RegExp(`^${underWay} This one waits for its end.$`));
  expect(failure).toBeInstanceOf(MigrationBlocked);
  expect(String(failure)).toMatch(new RegExp(`${underWay} This one gave up after 0.3 s and changed nothing`));
  const third = migrateNow();
  await told(3);
  await report`commit`;
  await Promise.all([first, third]);
  expect(await columns()).toEqual(['color', 'id']);
});

test('any other failure ends the migration at its first try', async () => {
  await database.db.execute('alter table shop.things rename to others');
  await expect(migrateNow()).rejects.toMatchObject({ cause: { code: '42P01' } });
  expect(lines).toEqual([]);
});
