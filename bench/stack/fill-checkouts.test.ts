import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from '../../audit/audit.ts';
import { perBook } from '../../audit/book.ts';
import { migrateAll } from '../../audit/testing/world.ts';
import { createEmptyDatabase, type TestDatabase } from '../../platform/testing/database.ts';
import { openDatabase, type Database } from './database.ts';
import { fillCheckouts, fillProducts } from './fill-checkouts.ts';

const products = 60;
const orders = 500;
const [hotUser, known] = [randomUUID(), randomUUID()];

let filled: TestDatabase;
let database: Database;
beforeAll(async () => {
  filled = await createEmptyDatabase('fill');
  await migrateAll(filled.url);
  database = await openDatabase(filled.url);
  await database.run(walletOf(hotUser));
  await fillProducts(database, { products, orders, hotUser, users: [known] });
  await fillCheckouts(database, { products, orders, hotUser, users: [known] });
});
afterAll(async () => {
  await database.close();
  await filled.close();
});

/** A user whom the API registered has a wallet already. */
function walletOf(userId: string): string {
  return `with made as (
      insert into wallet.wallets (id, user_id, currency_code, balance_minor)
      values (gen_random_uuid(), '${userId}', 'USD', 5000) returning id
    ), booked as (
      insert into wallet.transactions (id, type, wallet_id, request_id, created_at)
      select gen_random_uuid(), 'TOP_UP', id, gen_random_uuid(), now() from made returning id, wallet_id
    )
    insert into wallet.entries (transaction_id, line, account, amount_minor, currency_code, balance_after_minor)
    select id, 1, 'wallet:' || wallet_id, 5000, 'USD', 5000 from booked
    union all select id, 2, 'system:funding:USD', -5000, 'USD', null::bigint from booked`;
}

const broken = async () => {
  const findings = await audit({ urls: perBook(() => filled.url), settledSeconds: 0 });
  return findings.filter(({ count }) => count > 0).map(({ id }) => id);
};

test('every table that a checkout writes has the rows of each order, and the audit finds nothing', async () => {
  const rows = {
    'orders.orders': 1,
    'orders.order_items': 2,
    'orders.order_status_changes': 2,
    'orders.outbox': 1,
    'wallet.holds': 1,
    "wallet.transactions where type = 'CAPTURE'": 1,
    "wallet.entries join wallet.transactions on transaction_id = id where type = 'CAPTURE'": 2,
    'products.reservations': 1,
    'products.reservation_lines': 2,
    "products.stock_movements where kind = 'commit'": 2,
    'cart.claims': 1,
    'cart.claim_lines': 2,
    'cart.inbox': 1,
  };
  for (const [from, each] of Object.entries(rows))
    expect([from, await database.count(`select count(*) as value from ${from}`)]).toEqual([from, each * orders]);
  const hot = `select count(*) as value from orders.orders where user_id = '${hotUser}'`;
  expect(await database.count(hot)).toBe(orders / 10);
  expect(await broken()).toEqual([]);
});

test('the audit looks at the filled rows: one that is gone is found', async () => {
  await database.run(`delete from products.stock_movements where id = (select max(id) from products.stock_movements)`);
  await database.run(`delete from cart.inbox where event_id = (select id from orders.outbox where seq =
    (select max(seq) from orders.outbox where published_at < now() - interval '2 minutes'))`);
  const found = await broken();
  for (const id of [
    'stock_on_hand_is_sum_of_movements',
    'stock_order_took_what_it_reserved',
    'published_event_was_heard',
  ])
    expect(found).toContain(id);
});
