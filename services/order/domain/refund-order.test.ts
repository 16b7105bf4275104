import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { RefundService } from '../../../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { currentLogFields, currentOrigin, inRequest } from '../../../platform/telemetry/request-context.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';

const byBuyer = 'cancelled by the buyer';
const bySupport = 'refunded by support: a broken lamp';

let suite: OrderSuite;
beforeEach(async () => {
  suite ??= await createOrderSuite({ env: { ORDER_REFUND_SWEEP_SECONDS: '0.05', ORDER_REFUND_LEASE_SECONDS: '1' } });
  suite.workflows.refunded.length = 0;
  suite.workflows.onRefund = async ({ orderId }, cause) => {
    await suite.write.cancel({ orderId, expectedStatus: OrderStatus.COMPLETED, cause });
  };
});
afterAll(() => suite.close());

const temporalDown = async () => {
  throw new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'try again');
};

const refund = (orderId: string, cause = bySupport) =>
  suite.rpc.connect(RefundService, { as: 'backoffice' }).refund({ orderId, cause });

async function created() {
  const request = newOrder();
  await suite.write.create(request);
  return request;
}

async function completed() {
  const request = await created();
  await suite.write.complete({ orderId: request.orderId });
  return request;
}

async function changesOf({ orderId, userId }: { readonly orderId: string; readonly userId: string }) {
  const { changes } = await suite.as(userId).getOrderHistory({ orderId });
  return changes.map(({ status, cause }) => `${words.get(status)} ${cause}`);
}
const words = new Map<OrderStatus, string>(Object.entries(OrderStatus).map(([word, status]) => [status, word]));
const completedBefore = ['PENDING checkout accepted', 'COMPLETED paid'];

test('any completed order is refunded, and its history tells by whom and why', async () => {
  const order = await completed();
  const answer = await refund(order.orderId.toUpperCase());
  expect(answer.order).toMatchObject({ status: OrderStatus.CANCELLED, userId: order.userId });
  expect(await changesOf(order)).toEqual([...completedBefore, `CANCELLED ${bySupport}`]);
});

test('a repeat gets the cancelled order, and a second refund with another cause is refused: it refunds nothing', async () => {
  const order = await completed();
  await refund(order.orderId);
  expect((await refund(order.orderId)).order?.status).toBe(OrderStatus.CANCELLED);
  const second = refund(order.orderId, 'refunded by an administrator: again');
  await expect(second).rejects.toThrow(`the order was refunded before: ${bySupport}`);
  expect(await refusal(second)).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  expect(suite.workflows.refunded).toEqual([order.orderId]);
  expect(await changesOf(order)).toEqual([...completedBefore, `CANCELLED ${bySupport}`]);
});

test('support and the buyer at the same time: both get the cancelled order, and the first cause is kept', async () => {
  const order = await completed();
  const bySupportFirst = Promise.withResolvers<void>();
  const causes: string[] = [];
  const { onRefund } = suite.workflows;
  suite.workflows.onRefund = async (refunded, cause) => {
    causes.push(cause);
    if (causes.length === 1) await bySupportFirst.promise;
    await onRefund(refunded, cause);
  };
  const first = refund(order.orderId);
  await vi.waitFor(() => expect(causes).toHaveLength(1));
  const second = suite.as(order.userId).cancelOrder({ orderId: order.orderId, requestId: randomUUID() });
  expect((await second).order?.status).toBe(OrderStatus.CANCELLED);
  bySupportFirst.resolve();
  expect((await first).order?.status).toBe(OrderStatus.CANCELLED);
  expect(causes).toEqual([bySupport, bySupport]);
  expect(await changesOf(order)).toEqual([...completedBefore, `CANCELLED ${bySupport}`]);
});

test('a process that dies before the workflow starts: the sweep refunds with the same cause (rule S31)', async () => {
  const order = await completed();
  const { onRefund } = suite.workflows;
  suite.workflows.onRefund = temporalDown;
  const answer = refund(order.orderId);
  await expect(answer).rejects.toThrow('the refund is recorded and goes on by itself');
  expect(await refusal(answer)).toBe('unavailable TEMPORAL_UNAVAILABLE');
  suite.workflows.onRefund = onRefund;
  const all = [...completedBefore, `CANCELLED ${bySupport}`];
  await vi.waitFor(async () => expect(await changesOf(order)).toEqual(all), { timeout: 10_000 });
});

test('the sweep refunds under the request that asked first, and not under its own', async () => {
  const order = await completed();
  const { onRefund } = suite.workflows;
  suite.workflows.onRefund = temporalDown;
  const asked = { requestId: 'asked-first', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
  const ask = (requestId: string) => inRequest({ ...asked, requestId }, () => refund(order.orderId));
  expect(await refusal(ask(asked.requestId))).toBe('unavailable TEMPORAL_UNAVAILABLE');
  expect(await refusal(ask('asked-again'))).toBe('unavailable TEMPORAL_UNAVAILABLE');
  const swept = Promise.withResolvers<unknown>();
  suite.workflows.onRefund = async (refunded, cause) => {
    swept.resolve({ origin: currentOrigin(), ...currentLogFields() });
    await onRefund(refunded, cause);
  };
  expect(await swept.promise).toMatchObject({ origin: asked, orderId: order.orderId, userId: order.userId });
});

test('a wish that an older version stored, without a cause, is the buyer’s', async () => {
  const order = await completed();
  const { onRefund } = suite.workflows;
  suite.workflows.onRefund = temporalDown;
  await suite.database.db.execute(`update orders.orders set next_refund_at = now() where id = '${order.orderId}'`);
  expect(await refusal(refund(order.orderId))).toBe('unavailable TEMPORAL_UNAVAILABLE');
  suite.workflows.onRefund = onRefund;
  expect(await refusal(refund(order.orderId))).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  expect(await changesOf(order)).toEqual([...completedBefore, `CANCELLED ${byBuyer}`]);
});

test('an order that has not completed is left alone', async () => {
  const pending = await created();
  const failed = await created();
  await suite.write.fail({ orderId: failed.orderId, failure: { reason: 'OUT_OF_STOCK' } });
  const cancelled = await created();
  const cause = byBuyer;
  await suite.write.cancel({ orderId: cancelled.orderId, expectedStatus: OrderStatus.PENDING, cause });
  const ended = /is (?:FAILED|CANCELLED): .* the buyer's wallet has all its money/;
  for (const [{ orderId }, words] of [
    // The money of a PENDING order may be taken already, which this service does not know.
    [
      pending,
      /is PENDING: .* ends by itself; refund it once it is COMPLETED, or let its buyer or an operator cancel it now$/,
    ],
    [failed, ended],
    [cancelled, ended],
  ] as const) {
    const refused = refund(orderId);
    await expect(refused).rejects.toThrow(words);
    expect(await refusal(refused)).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  }
  expect(suite.workflows.cancelled).not.toContain(pending.orderId);
  expect(suite.workflows.refunded).toEqual([]);
  expect(await changesOf(pending)).toEqual(['PENDING checkout accepted']);
});

test('an unknown order is not found, and only the back office may ask', async () => {
  expect(await refusal(refund(randomUUID()))).toBe('not_found ORDER_NOT_FOUND');
  const { orderId } = await completed();
  const asCheckout = suite.rpc.connect(RefundService, { as: 'checkout' });
  expect(await refusal(asCheckout.refund({ orderId, cause: bySupport }))).toMatch(/^(?:permission_denied|internal) /);
  expect(suite.workflows.refunded).toEqual([]);
});
