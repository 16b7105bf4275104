import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openDatabase } from '../../../platform/data/db/database.ts';
import { createOperationRepository } from '../../../services/backoffice/repository/operations.ts';
import type { Ids } from './calls/calls.ts';
import type { WholePlatform } from './start.ts';

/** What the command line writes into the audit trail. */
export async function operate(url: string): Promise<void> {
  const database = openDatabase({ url, applicationName: 'cli', poolSize: 1 });
  const trail = createOperationRepository(database.db);
  const why = { subject: 'all keys', reason: 'a test', actorId: undefined, userId: randomUUID() };
  for (const action of ['keys.rotate', 'checkout.cancel']) {
    const entryId = await trail.beginOperation({ ...why, actorName: 'ops@laptop', action });
    await trail.endOperation(entryId, { detail: 'one key', refusal: undefined });
  }
  await database.close();
}

/** What clients do, so that every table has a row. @returns rows that are there now */
export async function useEverything({ shop, database, eventsAreOver }: WholePlatform): Promise<Ids> {
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
  const { userId } = await buyer.me();
  const { rows } = await database.db.execute<Pick<Ids, 'walletId' | 'sessionId' | 'eventId'>>(sql`
    select (select id from wallet.wallets where user_id = ${userId}) as "walletId",
      (select id from sso.sessions where user_id = ${userId} limit 1) as "sessionId",
      (select id from orders.outbox where aggregate_id = ${orderId} order by seq limit 1) as "eventId"`);
  const [others] = rows;
  if (others === undefined) throw new Error('the buyer has no wallet');
  return { ...others, userId, orderId, productId: lamp.productId, transactionId: paid.transactions[0].transactionId };
}
