import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { openDatabase } from '../../../platform/data/db/database.ts';
import { recordAllPools } from '../../../platform/testing/statements.ts';
import { createOperationRepository } from '../../../services/backoffice/repository/operations.ts';
import { few, multiplyRows } from './fill.ts';
import { canBePlanned, scannedWhole } from './plans.ts';
import { startWholePlatform, type WholePlatform } from './start.ts';

vi.setConfig({ testTimeout: 240_000 });

let platform: WholePlatform | undefined;
afterAll(() => platform?.close());

/**
 * Statements that may read a whole table: once an hour, one for each service deletes all stored answers that are too old.
 * At its start, a process counts the migrations.
 */
const mayScan = /^delete from "\w+"\."requests" |\.__drizzle_migrations$/;

/** Statements that a purchase and the loops need. If one is missing here, it was not looked at. */
const hot = [
  ...['cart.find', 'cart.put', 'cart.remove', 'cart.claim', 'cart.event-completed', 'cart.event-failed'],
  ...['orders.create', 'orders.find_owned', 'orders.find', 'orders.end', 'orders.page', 'orders.history'],
  ...['orders.events_of', 'orders.start_of', 'orders.search', 'orders.search_of_user', 'orders.wish_refund'],
  ...['orders.outbox.claim', 'orders.outbox.mark_published'],
  ...['orders.lease_unstarted', 'orders.stalled', 'orders.next_refund'],
  ...['products.find', 'products.reserve', 'products.commit', 'products.next_expiry'],
  'backoffice.next_open',
  ...['wallet.find_of_user', 'wallet.hold', 'wallet.capture', 'wallet.transactions', 'wallet.next_expiry'],
];

test('no statement reads a whole table of a filled database, whatever its parameters are', async () => {
  const sent = await recordAllPools(async () => {
    platform = await startWholePlatform('plans');
    await operate(platform.database.url);
    await useEverything(platform);
  });
  const ours = sent.filter((one) => canBePlanned(one) && !one.pool.startsWith('test-'));
  expect(hot.filter((name) => !ours.some((one) => one.name === name))).toEqual([]);

  const url = platform?.database.url ?? '';
  expect(await multiplyRows(url, 20_000)).toEqual([]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Proof that a scan is noticed: no index has the total.
  const byTotal = { pool: 'order', name: 'by total', text: 'select id from orders.orders where total_minor = $1' };
  expect(await scannedWhole(client, byTotal)).toEqual(['orders.orders']);
  const scans: Record<string, readonly string[]> = {};
  for (const one of new Map(ours.map((each) => [each.text, each])).values()) {
    const tables = (await scannedWhole(client, one)).filter((table) => !few.has(table));
    if (tables.length > 0 && !mayScan.test(one.text)) scans[`${one.name}: ${one.text}`] = tables;
  }
  await client.end();
  expect(scans).toEqual({});
});

/** What the command line writes into the audit trail. */
async function operate(url: string): Promise<void> {
  const database = openDatabase({ url, applicationName: 'cli', poolSize: 1 });
  const trail = createOperationRepository(database.db);
  const why = { subject: 'all keys', reason: 'a test', actorId: undefined, userId: randomUUID() };
  const entryId = await trail.beginOperation({ ...why, actorName: 'ops@laptop', action: 'keys.rotate' });
  await trail.endOperation(entryId, { detail: 'one key', refusal: undefined });
  await database.close();
}

async function useEverything({ shop, eventsAreOver }: WholePlatform): Promise<void> {
  const lamp = await shop.product(1000, 100);
  const chair = await shop.product(2000, 1);
  const buyer = await shop.buyer(100_000);
  await buyer.signIn();
  await shop.credit((await buyer.me()).userId, 1);
  const helper = (await (await shop.buyer(1)).me()).userId;
  for (const change of ['GrantRole', 'RevokeRole'] as const) await shop.changeSupport(change, helper);
  await buyer.products({ query: 'thing', category: 'Lamps', inStock: true });
  await buyer.products({ orderBy: 'price desc', minPrice: { currencyCode: 'USD', minorUnits: '1' } });
  await buyer.add(lamp.productId, 1);
  await buyer.ask('CartService/AddItem', { productId: lamp.productId, quantity: 1, requestId: randomUUID() });
  await buyer.setQuantity(lamp.productId, 2);
  const { orderId } = await buyer.startCheckout({ waitSeconds: 8 });
  await buyer.ask('OrderService/ListOrders', {});
  await buyer.ask('OrderService/GetOrderHistory', { orderId });
  await buyer.ask('WalletService/ListTransactions', {});
  await buyer.cancelOrder(orderId);
  const paid = (await buyer.ask('WalletService/ListTransactions', { orderId })) as {
    readonly transactions: readonly [{ readonly transactionId: string }];
  };
  await shop.explain(paid.transactions[0].transactionId);
  await shop.look(orderId, (await buyer.me()).userId);
  await buyer.add(chair.productId, 2);
  expect((await buyer.startCheckout({ waitSeconds: 8 })).failure?.reason).toBe('OUT_OF_STOCK');
  await buyer.ask('CartService/RemoveItem', { productId: chair.productId });
  await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  // Stays in the cart, so that the table of lines is not empty.
  await buyer.add(lamp.productId, 1);
}
