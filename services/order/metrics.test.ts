import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrderSuite, newOrder, type OrderSuite } from './testing/suite.ts';

let suite: OrderSuite;
beforeAll(async () => {
  suite = await createOrderSuite({ start: false });
});
afterAll(() => suite.close());

const metric = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await suite.registry.metrics())?.[1] ?? Number.NaN);

test('the age of the oldest PENDING order and the numbers of waiting orders are measured', async () => {
  const [old, young, refunding] = [newOrder(), newOrder(), newOrder()];
  for (const order of [old, young, refunding]) await suite.write.create(order);
  await suite.write.complete({ orderId: refunding.orderId });
  await suite.database.db.execute(
    sql`update orders.orders set create_time = now() - interval '400 seconds', started_at = now() where id = ${old.orderId}`,
  );
  await suite.database.db.execute(sql`update orders.orders set next_refund_at = now() where id = ${refunding.orderId}`);
  expect(await metric('orders_pending_oldest_age_seconds')).toBeGreaterThanOrEqual(400);
  expect(await metric('orders_pending_oldest_age_seconds')).toBeLessThan(500);
  expect([await metric('orders_running'), await metric('orders_unstarted'), await metric('orders_refunding')]).toEqual([
    1, 1, 1,
  ]);
});
