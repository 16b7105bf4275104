import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';
import { refusal } from '../../../platform/testing/refusal.ts';

let suite: OrderSuite;
beforeEach(async () => {
  suite ??= await createOrderSuite({ env: { ORDER_REFUND_SWEEP_SECONDS: '0.05', ORDER_REFUND_LEASE_SECONDS: '1' } });
  suite.workflows.cancelled.length = 0;
  suite.workflows.refunded.length = 0;
  suite.workflows.onCancel = async ({ orderId }) => {
    await suite.write.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause: 'undone' });
    return 'CANCELLED';
  };
  suite.workflows.onRefund = async ({ orderId }) => {
    await suite.write.cancel({ orderId, expectedStatus: OrderStatus.COMPLETED, cause: 'refunded' });
  };
});
afterAll(() => suite.close());

const temporalDown = async () => {
  throw new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'try again');
};

async function created() {
  const request = newOrder();
  await suite.write.create(request);
  const cancel = (requestId: string = randomUUID()) =>
    suite.as(request.userId).cancelOrder({ orderId: request.orderId, requestId });
  return { ...request, cancel };
}

describe('a PENDING order', () => {
  test('is cancelled by its workflow only (rule S27)', async () => {
    const { orderId, cancel } = await created();
    expect((await cancel()).order?.status).toBe(OrderStatus.CANCELLED);
    expect(suite.workflows.cancelled).toEqual([orderId]);
  });

  test("whose money is captured can't be cancelled, and stays as it is", async () => {
    const { orderId, cancel } = await created();
    suite.workflows.onCancel = async () => 'NOT_CANCELLABLE';
    expect(await refusal(cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
    expect((await suite.write.get({ orderId })).order?.order?.status).toBe(OrderStatus.PENDING);
  });

  test('is not changed while Temporal is down', async () => {
    const { orderId, cancel } = await created();
    suite.workflows.onCancel = temporalDown;
    expect(await refusal(cancel())).toBe('unavailable TEMPORAL_UNAVAILABLE');
    expect((await suite.write.get({ orderId })).order?.order?.status).toBe(OrderStatus.PENDING);
  });
});

describe('a COMPLETED order', () => {
  test('is refunded, and a repeat gets the same answer without another refund', async () => {
    const { orderId, cancel } = await created();
    await suite.write.complete({ orderId });
    const requestId = randomUUID();
    expect((await cancel(requestId)).order?.status).toBe(OrderStatus.CANCELLED);
    expect((await cancel(requestId)).order?.status).toBe(OrderStatus.CANCELLED);
    expect(suite.workflows.refunded).toEqual([orderId]);
  });

  test('is refunded by the sweep if the call that asked for it failed (rule S31)', async () => {
    const { orderId, cancel } = await created();
    await suite.write.complete({ orderId });
    const { onRefund } = suite.workflows;
    suite.workflows.onRefund = temporalDown;
    expect(await refusal(cancel())).toBe('unavailable TEMPORAL_UNAVAILABLE');
    suite.workflows.onRefund = onRefund;
    await vi.waitFor(
      async () => expect((await suite.write.get({ orderId })).order?.order?.status).toBe(OrderStatus.CANCELLED),
      { timeout: 10_000 },
    );
  });

  test('that nobody asked to cancel is never refunded', async () => {
    const { orderId } = await created();
    await suite.write.complete({ orderId });
    const { orderId: other, cancel } = await created();
    await suite.write.complete({ orderId: other });
    await cancel();
    expect(suite.workflows.refunded).not.toContain(orderId);
  });
});

test("a FAILED order can't be cancelled", async () => {
  const { orderId, cancel } = await created();
  await suite.write.fail({ orderId, failure: { reason: 'OUT_OF_STOCK' } });
  expect(await refusal(cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  expect(suite.workflows.cancelled).toEqual([]);
});

test('a request id that was used for another order is refused', async () => {
  const first = await created();
  const second = newOrder({ userId: first.userId });
  await suite.write.create(second);
  const requestId = randomUUID();
  await first.cancel(requestId);
  const reused = suite.as(first.userId).cancelOrder({ orderId: second.orderId, requestId });
  expect(await refusal(reused)).toBe('invalid_argument REQUEST_ID_REUSED');
});
