import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';

let suite: OrderSuite;
beforeAll(async () => {
  suite = await createOrderSuite({ start: false });
});
afterAll(() => suite.close());

async function created(): Promise<string> {
  const request = newOrder();
  await suite.write.create(request);
  return request.orderId;
}

async function events(orderId: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await suite.database.db.execute<{ type: string; data: Record<string, unknown> }>(
    `select type, data from orders.outbox where aggregate_id = '${orderId}' order by seq`,
  );
  return [...rows];
}

test('an invalid request is refused', async () => {
  const refused = 'invalid_argument VALIDATION_FAILED';
  const request = newOrder();
  expect(await refusal(suite.write.create({ ...request, orderId: 'x' }))).toBe(refused);
  expect(await refusal(suite.write.create({ ...request, items: [] }))).toBe(refused);
  expect(await refusal(suite.write.claimUnstarted({ limit: 0, leaseSeconds: 1 }))).toBe(refused);
  expect(await refusal(suite.write.get({ orderId: request.orderId }))).toBe('not_found ORDER_NOT_FOUND');
});

test('users may not write orders, and a service may call only what the contract lets it', async () => {
  const { orderId, userId } = newOrder();
  const user = suite.rpc.connect(OrderWriteService, { user: { userId, roles: ['admin'] } });
  expect(await refusal(user.complete({ orderId }))).toBe('permission_denied CALLER_NOT_ALLOWED');
  const checkout = suite.rpc.connect(OrderWriteService, { as: 'checkout' });
  expect(await refusal(checkout.complete({ orderId }))).toBe('permission_denied CALLER_NOT_ALLOWED');
});

test('a call needs one statement', async () => {
  const request = newOrder();
  const { orderId, userId } = request;
  const { write, as, database } = suite;
  const sent = (call: () => Promise<unknown>) => recordStatements(database, call);
  expect(await sent(() => write.create(request))).toEqual(['orders.create']);
  expect(await sent(() => write.create(request))).toEqual(['orders.create', 'orders.find_by_request']);
  expect(await sent(() => write.getByRequest(request))).toEqual(['orders.find_by_request']);
  expect(await sent(() => write.get({ orderId }))).toEqual(['orders.find']);
  expect(await sent(() => as(userId).getOrder({ orderId }))).toEqual(['orders.find_owned']);
  expect(await sent(() => as(userId).listOrders({}))).toEqual(['orders.page']);
  expect(await sent(() => as(userId).getOrderHistory({ orderId }))).toEqual(['orders.find_owned', 'orders.history']);
  expect(await sent(() => write.complete({ orderId }))).toEqual(['orders.end']);
  const refund = { orderId, expectedStatus: OrderStatus.COMPLETED, cause: 'refunded' };
  expect(await sent(() => write.cancel(refund))).toEqual(['orders.end']);
});

describe('creating', () => {
  test('ten calls at the same time with one request create one order, and all get it (rule S2)', async () => {
    const { userId, requestId } = newOrder();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => suite.write.create(newOrder({ userId, requestId }))),
    );
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.order?.order?.orderId)).size).toBe(1);
    const page = await suite.as(userId).listOrders({});
    expect(page.orders).toHaveLength(1);
  });

  test('a call that is repeated while the first is under way gets the same answer', async () => {
    // Which call wins is decided in microseconds, so only many rounds show that it does not matter.
    for (let round = 0; round < 150; round++) {
      const request = newOrder();
      const answers = await Promise.all(Array.from({ length: 8 }, () => suite.write.create(request)));
      expect(answers.filter((answer) => answer.created)).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.order?.order?.orderId))).toEqual(new Set([request.orderId]));
    }
  });

  test('a repeat gets the same order as the first call', async () => {
    const request = newOrder();
    const first = await suite.write.create(request);
    const second = await suite.write.create(request);
    expect(second).toEqual({ ...first, created: false });
  });

  test('the same request with another fingerprint is refused, by create and by getByRequest', async () => {
    const request = newOrder();
    await suite.write.create(request);
    const { userId, requestId } = request;
    const other = { userId, requestId, requestFingerprint: 'other' };
    expect(await refusal(suite.write.create(newOrder(other)))).toBe('invalid_argument REQUEST_ID_REUSED');
    expect(await refusal(suite.write.getByRequest(other))).toBe('invalid_argument REQUEST_ID_REUSED');
    const { order } = await suite.write.getByRequest({ userId, requestId, requestFingerprint: 'f' });
    expect(order).toMatchObject({ userId, cartVersion: 7n });
  });

  test('the same request id of another user is another request', async () => {
    const { requestId } = newOrder();
    const first = await suite.write.create(newOrder({ requestId }));
    const second = await suite.write.create(newOrder({ requestId }));
    expect([first.created, second.created]).toEqual([true, true]);
  });

  test('a total that is not the sum of the lines is refused', async () => {
    const total = { currencyCode: 'USD', minorUnits: 1n };
    expect(await refusal(suite.write.create({ ...newOrder(), total }))).toBe('invalid_argument TOTAL_MISMATCH');
    const euros = { currencyCode: 'EUR', minorUnits: 1500n };
    expect(await refusal(suite.write.create({ ...newOrder(), total: euros }))).toBe('invalid_argument TOTAL_MISMATCH');
  });

  test('orders_created_total counts orders, not requests', async () => {
    const count = async () =>
      Number(/^orders_created_total (\d+)/m.exec(await suite.registry.metrics())?.[1] ?? Number.NaN);
    const before = await count();
    const request = newOrder();
    await suite.write.create(request);
    await suite.write.create(request);
    expect(await count()).toBe(before + 1);
  });
});

describe('ending', () => {
  test('a failure is stored with its reason, and the event has it', async () => {
    const request = newOrder();
    const { orderId, userId } = request;
    await suite.write.create(request);
    const failure = { reason: 'OUT_OF_STOCK', message: 'sold out', metadata: { productId: 'p' } };
    await suite.write.fail({ orderId, failure });
    const { order } = await suite.as(userId).getOrder({ orderId });
    expect(order).toMatchObject({ status: OrderStatus.FAILED, failure });
    const [event] = await events(orderId);
    expect(event).toMatchObject({
      type: 'ecommerce.order.v1.OrderFailed',
      data: {
        orderId,
        userId,
        status: 'FAILED',
        failure,
        cartVersion: '7',
        total: { currencyCode: 'USD', minorUnits: '1500' },
        items: request.items.map(({ productId, quantity }) => ({ productId, quantity })),
      },
    });
    const { changes } = await suite.as(userId).getOrderHistory({ orderId });
    expect(changes.map(({ status, cause }) => [status, cause])).toEqual([
      [OrderStatus.PENDING, 'checkout accepted'],
      [OrderStatus.FAILED, 'OUT_OF_STOCK'],
    ]);
  });

  test('a refunded order is CANCELLED once, and a late end of its checkout is answered COMPLETED', async () => {
    const orderId = await created();
    const { write } = suite;
    await write.complete({ orderId });
    const refund = { orderId, expectedStatus: OrderStatus.COMPLETED, cause: 'refunded' };
    for (const answer of await Promise.all([write.cancel(refund), write.cancel(refund)])) {
      expect(answer.order?.status).toBe(OrderStatus.CANCELLED);
    }
    const late = await Promise.all([
      write.complete({ orderId }),
      write.fail({ orderId, failure: { reason: 'EXPIRED' } }),
      write.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause: 'x' }),
    ]);
    for (const answer of late) expect(answer.order?.status).toBe(OrderStatus.COMPLETED);
    expect((await write.get({ orderId })).order).toMatchObject({
      order: { status: OrderStatus.CANCELLED },
      wasCompleted: true,
    });
    expect((await events(orderId)).map((event) => event.type)).toEqual([
      'ecommerce.order.v1.OrderCompleted',
      'ecommerce.order.v1.OrderCancelled',
    ]);
  });

  test('wasCompleted tells a refunded order from one that was cancelled before it completed', async () => {
    const orderId = await created();
    const { write } = suite;
    expect((await write.get({ orderId })).order?.wasCompleted).toBe(false);
    await write.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause: 'cancelled by the buyer' });
    expect((await write.get({ orderId })).order).toMatchObject({
      order: { status: OrderStatus.CANCELLED },
      wasCompleted: false,
    });
  });

  test("a refund can't cancel an order that never completed", async () => {
    const orderId = await created();
    const refund = { orderId, expectedStatus: OrderStatus.COMPLETED, cause: 'refunded' };
    expect(await refusal(suite.write.cancel(refund))).toBe('failed_precondition ORDER_CLOSED');
    await suite.write.fail({ orderId, failure: { reason: 'EXPIRED' } });
    expect(await refusal(suite.write.cancel(refund))).toBe('failed_precondition ORDER_CLOSED');
    expect(await refusal(suite.write.complete({ orderId: randomUUID() }))).toBe('not_found ORDER_NOT_FOUND');
  });
});
