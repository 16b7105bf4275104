import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { openDatabase, type DatabaseHandle } from '../data/db/database.ts';
import { migrateService } from '../data/db/migrate.ts';

export interface TestDatabase extends DatabaseHandle {
  readonly url: string;
}

/** The URL of the real server that tests use. `npm test` starts the server and sets the URL. */
export function testDatabaseUrl(): string {
  const url = process.env.DATABASE_URL;
  if (url === undefined) throw new Error('DATABASE_URL is not set: run the tests with `npm test`');
  return url;
}

/**
 * Creates a database without tables for one test suite. `close` drops it.
 * @param options of CREATE DATABASE
 */
export async function createEmptyDatabase(label: string, options = ''): Promise<TestDatabase> {
  const name = `test_${label}_${randomBytes(6).toString('hex')}`;
  const admin = postgres(testDatabaseUrl(), { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name} ${options}`);
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  // Tests make many calls at once on purpose. Only the tests of the pool check its limits.
  const queue = { maxWaiting: 10_000, maxWaitMs: 60_000 };
  // A loaded machine may stand still for seconds. That must not cut a connection and fail its statement.
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
 * Creates a database with one service's migrations for one test suite. `close` drops it.
 * @param service folder in drizzle/
 */
export async function createTestDatabase(service: string, schema: string): Promise<TestDatabase> {
  const database = await createEmptyDatabase(service);
  await migrateService(database.url, service, schema);
  return database;
}
