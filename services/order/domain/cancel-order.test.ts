import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { OrderChanges } from '../ports.ts';
import { createOrderDeps, createOrderSuite, FakeOrderWorkflows, newOrder, type OrderSuite } from '../testing/suite.ts';
import { cancelOrder } from './cancel-order.ts';
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

const cancelledBySweep = (orderId: string) =>
  vi.waitFor(
    async () => expect((await suite.write.get({ orderId })).order?.order?.status).toBe(OrderStatus.CANCELLED),
    { timeout: 10_000 },
  );

/** The verbs on the same database, with workflows of their own and no news of changes. */
function verbs() {
  const workflows = new FakeOrderWorkflows();
  const changes: OrderChanges = {
    subscribe: (_, signal) => ({
      next: () => new Promise((resolve) => signal.addEventListener('abort', () => resolve(false))),
      close: () => undefined,
    }),
  };
  return { workflows, deps: createOrderDeps(suite.database.db, { workflows, changes, refundLeaseSeconds: 1 }) };
}

describe('a PENDING order', () => {
  test('is cancelled by its workflow only (rule S27)', async () => {
    const { orderId, cancel } = await created();
    expect((await cancel()).order?.status).toBe(OrderStatus.CANCELLED);
    expect(suite.workflows.cancelled).toEqual([orderId]);
  });

  test('whose id and key are sent in capitals is the same order, and the repeat the same request', async () => {
    const { userId, orderId } = await created();
    const requestId = randomUUID();
    const small = { orderId, requestId };
    const capitals = { orderId: orderId.toUpperCase(), requestId: requestId.toUpperCase() };
    for (const request of [small, capitals]) {
      const { order } = await suite.as(userId).cancelOrder(request);
      expect(order).toMatchObject({ orderId, status: OrderStatus.CANCELLED });
    }
    expect(suite.workflows.cancelled).toEqual([orderId]);
  });

  /** The workflow's answer after the capture. The checkout ends `after` that. */
  const captured = (after: () => Promise<unknown>) => async (): Promise<'NOT_CANCELLABLE'> => {
    void after();
    return 'NOT_CANCELLABLE';
  };

  test('whose money is being taken is refunded by the same call, once it is completed', async () => {
    const { orderId, cancel } = await created();
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    suite.workflows.onCancel = captured(async () => resolve());
    const answer = cancel();
    await asked;
    // The call waits here: nothing is refunded before the checkout has ended.
    expect(suite.workflows.refunded).toEqual([]);
    await suite.write.complete({ orderId });
    expect((await answer).order?.status).toBe(OrderStatus.CANCELLED);
    expect(suite.workflows.refunded).toEqual([orderId]);
  });

  test('whose money is being taken is refunded by one of many calls, and all get the same answer', async () => {
    const { orderId, userId, cancel } = await created();
    suite.workflows.onCancel = captured(async () => suite.write.complete({ orderId }));
    const requestId = randomUUID();
    const calls = [cancel(requestId), cancel(requestId), cancel(), cancel()];
    const answers = await Promise.all(calls);
    expect(answers.map(({ order }) => order?.status)).toEqual(calls.map(() => OrderStatus.CANCELLED));
    const { changes } = await suite.as(userId).getOrderHistory({ orderId });
    expect(changes.map(({ status }) => status)).toEqual([
      OrderStatus.PENDING,
      OrderStatus.COMPLETED,
      OrderStatus.CANCELLED,
    ]);
  });

  test('whose checkout fails after all tells that it has failed', async () => {
    const { orderId, cancel } = await created();
    suite.workflows.onCancel = captured(() => suite.write.fail({ orderId, failure: { reason: 'OUT_OF_STOCK' } }));
    expect(await refusal(cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
    expect(suite.workflows.refunded).toEqual([]);
  });

  test('that stays PENDING for longer than the caller waits: the answer says to ask again, and a repeat finishes it', async () => {
    const { orderId, userId } = await created();
    const { deps, workflows } = verbs();
    const input = { userId, orderId, requestId: randomUUID(), signal: new AbortController().signal };
    await expect(cancelOrder(deps, { ...input, withinMs: 50 })).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'CANCELLATION_PENDING',
      retryAfterSeconds: 2,
    });
    expect((await suite.write.get({ orderId })).order?.order?.status).toBe(OrderStatus.PENDING);
    await suite.write.complete({ orderId });
    expect(workflows.refunded).toEqual([]);
    workflows.onRefund = suite.workflows.onRefund;
    expect((await cancelOrder(deps, { ...input, withinMs: 60_000 })).status).toBe('CANCELLED');
    expect(workflows.refunded).toEqual([orderId]);
  });

  test('that completes when no time is left: the refund is wished for, and the sweep makes it', async () => {
    const { orderId, userId } = await created();
    await suite.write.complete({ orderId });
    const { deps } = verbs();
    const input = { userId, orderId, requestId: randomUUID(), signal: new AbortController().signal, withinMs: 0 };
    await expect(cancelOrder(deps, input)).rejects.toMatchObject({ code: 'unavailable', reason: 'REFUND_PENDING' });
    await cancelledBySweep(orderId);
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
    await cancelledBySweep(orderId);
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
