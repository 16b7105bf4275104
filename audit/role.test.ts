import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateService } from '../platform/data/db/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';
import { audit } from './audit.ts';
import { bookNames } from './book.ts';
import { bookOwners, readAuditConfig, readBookUrls } from './config.ts';
import { migrateAll, soundWorld } from './testing/world.ts';

const role = join(import.meta.dirname, '../deploy/postgres/auditor.sql');
let database: TestDatabase;
let auditorUrl: string;

beforeAll(async () => {
  database = await createEmptyDatabase('audit_role');
  await migrateAll(database.url);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(soundWorld);
  await sql.unsafe(await readFile(role, 'utf8'));
  await sql.unsafe(await readFile(role, 'utf8'));
  await sql.unsafe(`alter role ecommerce_auditor password 'test-only'; create table wallet.added_later (id int)`);
  await sql.end();
  const url = new URL(database.url);
  url.username = 'ecommerce_auditor';
  url.password = 'test-only';
  auditorUrl = url.href;
});
afterAll(() => database.close());

test('the database role of the auditor can run every check, also if it shares a snapshot with other roles', async () => {
  const urls = {
    orders: auditorUrl,
    wallet: auditorUrl,
    products: auditorUrl,
    cart: database.url,
    backoffice: auditorUrl,
  };
  const findings = await audit({ urls, settledSeconds: 0 });
  expect(findings.filter(({ count }) => count > 0)).toEqual([]);
  expect(findings.length).toBeGreaterThan(30);
});

test('the role may read tables of later migrations, but no passwords and no keys, and it may change nothing', async () => {
  const sql = postgres(auditorUrl, { max: 1, onnotice: () => undefined });
  try {
    await expect(sql`select * from wallet.added_later`).resolves.toEqual([]);
    await expect(sql`select * from sso.users`).rejects.toThrow('permission denied');
    await expect(sql`select * from wallet.requests`).rejects.toThrow('permission denied');
    await sql`set default_transaction_read_only = off`;
    await expect(sql`update wallet.wallets set balance_minor = 0`).rejects.toThrow('permission denied');
  } finally {
    await sql.end();
  }
});

test('the migrations revoke its right to read stored answers, which default privileges have given', async () => {
  const owner = postgres(database.url, { max: 1, onnotice: () => undefined });
  const auditor = postgres(auditorUrl, { max: 1, onnotice: () => undefined });
  let tables = 0;
  try {
    for (const schema of bookNames) {
      const table = `${schema}.requests`;
      const [found] = await owner`select to_regclass(${table}) is not null as there`;
      if (found?.['there'] !== true) continue;
      tables++;
      await owner`grant select on table ${owner(table)} to ecommerce_auditor`;
      await expect(auditor`select * from ${auditor(table)}`).resolves.toBeDefined();
      await migrateService(database.url, bookOwners[schema], schema);
      await expect(auditor`select * from ${auditor(table)}`).rejects.toThrow('permission denied');
    }
    expect(tables).toBeGreaterThan(0);
  } finally {
    await Promise.all([owner.end(), auditor.end()]);
  }
});

test('for each book, an address of the auditor takes precedence over the address of the service', () => {
  const a = 'postgres://auditor@a/shop';
  const b = 'postgres://auditor@b/shop';
  const owner = 'postgres://wallet@c/shop';
  const all = { AUDIT_DATABASE_URL: a, AUDIT_CART_DATABASE_URL: b, WALLET_DATABASE_URL: owner };
  expect(readBookUrls(all)).toEqual({ orders: a, wallet: a, products: a, cart: b, backoffice: a });
  expect(readBookUrls({ DATABASE_URL: a, WALLET_DATABASE_URL: owner })).toMatchObject({ orders: a, wallet: owner });
  expect(readBookUrls({ WALLET_DATABASE_URL: owner })).toBeUndefined();
  expect(readAuditConfig({}, { orders: a, wallet: a, products: a, cart: a, backoffice: a }).urls).toMatchObject({
    cart: a,
  });
  expect(() => readAuditConfig({ AUDIT_DATABASE_URL: 'mysql://a' })).toThrow('AUDIT_DATABASE_URL');
  expect(() => readAuditConfig({ AUDIT_EVERY_SECONDS: 'often' })).toThrow('AUDIT_EVERY_SECONDS');
});
