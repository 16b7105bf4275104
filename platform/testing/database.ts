import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { openDatabase, type DatabaseHandle } from '../data/db/database.ts';
import { migrateService } from '../data/db/migrate.ts';

export interface TestDatabase extends DatabaseHandle {
  readonly url: string;
}

/** The real server that tests use; `npm test` starts it and sets the address. */
export function testDatabaseUrl(): string {
  const url = process.env.DATABASE_URL;
  if (url === undefined) throw new Error('DATABASE_URL is not set: run the tests with `npm test`');
  return url;
}

/** A database of the suite's own, without any table; `close` drops it. */
export async function createEmptyDatabase(label: string): Promise<TestDatabase> {
  const name = `test_${label}_${randomBytes(6).toString('hex')}`;
  const admin = postgres(testDatabaseUrl(), { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name}`);
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  // Tests crowd on purpose; whether they are served at all is for the tests of the pool.
  const queue = { maxWaiting: 10_000, maxWaitMs: 60_000 };
  // A machine that stands still for some seconds is no reason to give a connection up, and a statement with it.
  const handle = openDatabase({ url: url.href, applicationName: `test-${label}`, queue, silenceMs: 60_000 });
  return {
    ...handle,
    url: url.href,
    close: async () => {
      await handle.close(1);
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/**
 * A database of the suite's own with one service's migrations applied; `close` drops it.
 * @param service folder under drizzle/
 */
export async function createTestDatabase(service: string, schema: string): Promise<TestDatabase> {
  const database = await createEmptyDatabase(service);
  await migrateService(database.url, service, schema);
  return database;
}
