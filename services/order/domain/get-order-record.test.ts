import { timestampDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resendPublished } from '../../../platform/events/outbox-store.ts';
import { OrderRecordService } from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { outbox } from '../schema.ts';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';

let suite: OrderSuite;
beforeAll(async () => {
  suite = await createOrderSuite({ start: false });
});
afterAll(() => suite.close());

test('an event that was resent has both times: when it was published at first, and again', async () => {
  const order = newOrder();
  const { orderId } = order;
  await suite.write.create(order);
  await suite.write.complete({ orderId });
  const { db } = suite.database;
  const publish = (time: string) => db.execute(`update orders.outbox set published_at = '${time}'`);
  const eventOf = async () =>
    (await suite.rpc.connect(OrderRecordService, { as: 'backoffice' }).getOrderRecord({ orderId })).events[0];
  await publish('2026-01-01T00:00:00Z');
  expect((await eventOf())?.firstPublishTime).toBeUndefined();
  expect(await resendPublished(db, outbox, 1)).toBe(1);
  expect((await eventOf())?.publishTime).toBeUndefined();
  await publish('2026-02-02T00:00:00Z');
  const { firstPublishTime, publishTime } = (await eventOf()) ?? {};
  expect([firstPublishTime, publishTime].map((time) => time && timestampDate(time).toISOString())).toEqual([
    '2026-01-01T00:00:00.000Z',
    '2026-02-02T00:00:00.000Z',
  ]);
});
