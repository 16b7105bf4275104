import { sql } from 'drizzle-orm';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../testing/database.ts';
import { invalidIndexes } from './invalid-indexes.ts';
import { migrateService } from './migrate.ts';

const drizzle = join(import.meta.dirname, '../../../drizzle');

interface Migration {
  readonly tag: string;
  /** The indexes that an operator may have made before. */
  readonly ahead: readonly { readonly schema: string; readonly table: string; readonly name: string }[];
}

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

async function migrationsOf(service: string): Promise<Migration[]> {
  const { entries } = await journalOf(service);
  return Promise.all(
    entries.map(async ({ tag }) => {
      const text = await readFile(join(drizzle, service, `${tag}.sql`), 'utf8');
      const made = text.matchAll(/CREATE INDEX IF NOT EXISTS "(\w+)" ON "(\w+)"\."(\w+)"/g);
      return { tag, ahead: [...made].map(([, name = '', schema = '', table = '']) => ({ schema, table, name })) };
    }),
  );
}

const journalOf = async (service: string) =>
  JSON.parse(await readFile(join(drizzle, service, 'meta/_journal.json'), 'utf8')) as Journal;

const inPlay = async (label: string): Promise<TestDatabase> => {
  const database = await createEmptyDatabase(label);
  onTestFinished(() => database.close());
  return database;
};

/** Applies the first `count` migrations of a service. */
async function migrateTo(database: TestDatabase, service: string, schema: string, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(drizzle, service), join(folder, service), { recursive: true });
  const journal = await journalOf(service);
  const entries = journal.entries.slice(0, count);
  await writeFile(join(folder, service, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  await migrateService(database.url, service, schema, { folder });
}

const services = (await readdir(drizzle, { withFileTypes: true })).filter((each) => each.isDirectory());
const madeAhead = (
  await Promise.all(services.map(async ({ name }) => ({ service: name, migrations: await migrationsOf(name) })))
).filter(({ migrations }) => migrations.some(({ ahead }) => ahead.length > 0));

test.each(madeAhead)(
  'a migration of $service makes an index again that is INVALID',
  async ({ service, migrations }) => {
    const schema = migrations.flatMap(({ ahead }) => ahead)[0]?.schema ?? '';
    const database = await inPlay(`invalid_${service}`);
    for (const [index, { ahead }] of migrations.entries()) {
      if (ahead.length === 0) continue;
      await migrateTo(database, service, schema, index);
      for (const { name, table } of ahead) {
        await database.db.execute(sql.raw(`create index ${name} on ${schema}.${table} ((1))`));
        await database.db.execute(
          sql`update pg_index set indisvalid = false where indexrelid = ${`${schema}.${name}`}::regclass`,
        );
      }
      expect(await invalidIndexes(database.db, schema)).toHaveLength(ahead.length);
    }
    await migrateTo(database, service, schema, migrations.length);
    expect(await invalidIndexes(database.db, schema)).toEqual([]);
    const { rows } = await database.db.execute(
      sql`select indexname from pg_indexes where schemaname = ${schema} and indexdef like '%((1))%'`,
    );
    expect(rows).toEqual([]);
  },
);

test('an index that CREATE INDEX CONCURRENTLY has left is INVALID, and those of other schemas are not meant', async () => {
  const { db } = await inPlay('invalid');
  await db.execute('create schema shop');
  await db.execute('create table shop.things as select 1 as id from generate_series(1, 2)');
  const failed = db.execute('create unique index concurrently things_id on shop.things (id)');
  await expect(failed).rejects.toThrow('things_id');
  expect(await invalidIndexes(db, 'shop')).toEqual(['shop.things_id']);
  expect(await invalidIndexes(db, 'public')).toEqual([]);
});
