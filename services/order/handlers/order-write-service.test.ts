import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { completeOrder } from '../domain/end-order.ts';
import { createOrderRepository, type OrderRepository } from '../repository/index.ts';
import type { Change } from '../repository/write.ts';
import { createOrderHarness, newOrder, type OrderHarness } from '../testing/suite.ts';
import { refusal } from '../testing/reason.ts';

let harness: OrderHarness;
beforeAll(async () => {
  harness = await createOrderHarness({}, false);
});
afterAll(() => harness.close());

async function created(): Promise<string> {
  const request = newOrder();
  await harness.write.create(request);
  return request.orderId;
}

async function events(orderId: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await harness.database.db.execute<{ type: string; data: Record<string, unknown> }>(
    `select type, data from orders.outbox where aggregate_id = '${orderId}' order by seq`,
  );
  return [...rows];
}

describe('creating', () => {
  test('ten at once with one request make one order, and all are told of it', async () => {
    const { userId, requestId } = newOrder();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => harness.write.create(newOrder({ userId, requestId }))),
    );
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.order?.order?.orderId)).size).toBe(1);
    const page = await harness.as(userId).listOrders({});
    expect(page.orders).toHaveLength(1);
  });

  test('a call that is repeated while the first is on its way gets the same answer', async () => {
    // Who comes first is decided in microseconds: only many tries show that it never matters.
    for (let round = 0; round < 150; round++) {
      const request = newOrder();
      const answers = await Promise.all(Array.from({ length: 8 }, () => harness.write.create(request)));
      expect(answers.filter((answer) => answer.created)).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.order?.order?.orderId))).toEqual(new Set([request.orderId]));
    }
  });

  test('the first answer and a repeat tell of the same order', async () => {
    const request = newOrder();
    const first = await harness.write.create(request);
    const second = await harness.write.create(request);
    expect(second).toEqual({ ...first, created: false });
  });

  test('the same request with another fingerprint is refused, by create and by look-up', async () => {
    const request = newOrder();
    await harness.write.create(request);
    const { userId, requestId } = request;
    const other = { userId, requestId, requestFingerprint: 'other' };
    expect(await refusal(harness.write.create(newOrder(other)))).toBe('invalid_argument REQUEST_ID_REUSED');
    expect(await refusal(harness.write.getByRequest(other))).toBe('invalid_argument REQUEST_ID_REUSED');
    const { order } = await harness.write.getByRequest({ userId, requestId, requestFingerprint: 'f' });
    expect(order).toMatchObject({ userId, cartVersion: 7n });
  });

  test('the same request id of another user is another request', async () => {
    const { requestId } = newOrder();
    const first = await harness.write.create(newOrder({ requestId }));
    const second = await harness.write.create(newOrder({ requestId }));
    expect([first.created, second.created]).toEqual([true, true]);
  });

  test('a total that is not the sum of the lines is refused', async () => {
    const total = { currencyCode: 'USD', minorUnits: 1n };
    expect(await refusal(harness.write.create({ ...newOrder(), total }))).toBe('invalid_argument TOTAL_MISMATCH');
    const euros = { currencyCode: 'EUR', minorUnits: 1500n };
    expect(await refusal(harness.write.create({ ...newOrder(), total: euros }))).toBe(
      'invalid_argument TOTAL_MISMATCH',
    );
  });

  test('orders_created_total counts orders, not requests', async () => {
    const count = async () =>
      Number(/^orders_created_total (\d+)/m.exec(await harness.registry.metrics())?.[1] ?? Number.NaN);
    const before = await count();
    const request = newOrder();
    await harness.write.create(request);
    await harness.write.create(request);
    expect(await count()).toBe(before + 1);
  });
});

describe('ending', () => {
  test('of many ends at once one wins; all are told which, and there is one event', async () => {
    const orderId = await created();
    const { write } = harness;
    const answers = await Promise.all([
      write.complete({ orderId }),
      write.fail({ orderId, failure: { reason: 'EXPIRED' } }),
      write.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause: 'x' }),
      write.complete({ orderId }),
      write.fail({ orderId, failure: { reason: 'EXPIRED' } }),
    ]);
    const statuses = new Set(answers.map((answer) => answer.order?.status));
    expect(statuses.size).toBe(1);
    expect(statuses.has(OrderStatus.PENDING)).toBe(false);
    expect(await events(orderId)).toHaveLength(1);
  });

  test('a failure is kept with its reason and told in the event', async () => {
    const request = newOrder();
    const { orderId, userId } = request;
    await harness.write.create(request);
    const failure = { reason: 'OUT_OF_STOCK', message: 'sold out', metadata: { productId: 'p' } };
    await harness.write.fail({ orderId, failure });
    const { order } = await harness.as(userId).getOrder({ orderId });
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
    const { changes } = await harness.as(userId).getOrderHistory({ orderId });
    expect(changes.map(({ status, cause }) => [status, cause])).toEqual([
      [OrderStatus.PENDING, 'checkout accepted'],
      [OrderStatus.FAILED, 'OUT_OF_STOCK'],
    ]);
  });

  test('a refunded order is CANCELLED once, and a late end of its checkout is told COMPLETED', async () => {
    const orderId = await created();
    const { write } = harness;
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

  test('an order that is created while its end is being written has ended, too, and with one event', async () => {
    const request = newOrder();
    const { orderId } = request;
    const repository = createOrderRepository(harness.database.db);
    const orders: OrderRepository = {
      ...repository,
      transaction: (work) =>
        repository.transaction((statements) => {
          const changeStatus = async (change: Change) => {
            const hasChanged = await statements.changeStatus(change);
            if (!hasChanged) await harness.write.create(request);
            return hasChanged;
          };
          return work({ ...statements, changeStatus });
        }),
    };
    expect(await completeOrder({ orders }, orderId)).toMatchObject({ status: 'COMPLETED' });
    expect(await events(orderId)).toHaveLength(1);
  });

  test('the history tells changes as they came, also if the later one began its transaction first', async () => {
    const request = newOrder();
    const { orderId, userId } = request;
    await harness.write.create(request);
    await createOrderRepository(harness.database.db).transaction(async (repository) => {
      await repository.find(orderId);
      await harness.write.complete({ orderId });
      await repository.changeStatus({ orderId, from: 'COMPLETED', to: 'CANCELLED', cause: 'refunded' });
    });
    const { changes } = await harness.as(userId).getOrderHistory({ orderId });
    expect(changes.map(({ status }) => status)).toEqual([
      OrderStatus.PENDING,
      OrderStatus.COMPLETED,
      OrderStatus.CANCELLED,
    ]);
  });

  test('an order that was cancelled before it completed is told from a refunded one', async () => {
    const orderId = await created();
    const { write } = harness;
    expect((await write.get({ orderId })).order?.wasCompleted).toBe(false);
    await write.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause: 'cancelled by the buyer' });
    expect((await write.get({ orderId })).order).toMatchObject({
      order: { status: OrderStatus.CANCELLED },
      wasCompleted: false,
    });
  });

  test('a refund can not cancel what never completed', async () => {
    const orderId = await created();
    const refund = { orderId, expectedStatus: OrderStatus.COMPLETED, cause: 'refunded' };
    expect(await refusal(harness.write.cancel(refund))).toBe('failed_precondition ORDER_CLOSED');
    await harness.write.fail({ orderId, failure: { reason: 'EXPIRED' } });
    expect(await refusal(harness.write.cancel(refund))).toBe('failed_precondition ORDER_CLOSED');
    expect(await refusal(harness.write.complete({ orderId: randomUUID() }))).toBe('not_found ORDER_NOT_FOUND');
  });
});
