import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateService } from '../platform/data/db/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';
import { openDatabases } from './databases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase('runtime');
});
afterAll(() => database.close());

function open(url: string, waitSeconds: number) {
  const logger = pino({ level: 'silent' });
  return openDatabases({ urls: { wallet: url }, poolSize: 1, waitSeconds, logger, registry: new Registry() });
}

test('the error names the server that does not answer, without the password', async () => {
  const failure = await open('postgres://me:hunter2@127.0.0.1:1/shop', 0.2).catch(String);
  expect(failure).toContain('the database of wallet at 127.0.0.1:1/shop: it does not answer');
  expect(failure).not.toContain('hunter2');
});

test('a start waits for the migrations; if they are still missing, the error says how to run them', async () => {
  await expect(open(database.url, 0.1)).rejects.toThrow('node runtime/migrate.ts');
  const opening = open(database.url, 20);
  await migrateService(database.url, 'wallet', 'wallet');
  const databases = await opening;
  await databases.of('wallet').check();
  expect(() => databases.of('cart')).toThrow('cart');
  await databases.close();
});
