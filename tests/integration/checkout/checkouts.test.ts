import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { createCheckoutHarness, type CheckoutHarness } from './harness.ts';

let harness: CheckoutHarness;
beforeEach(async () => {
  harness ??= await createCheckoutHarness();
  harness.workflows.down = false;
  harness.workflows.onCancel = 'CANCELLED';
});
afterAll(() => harness.close());

async function started() {
  const userId = harness.shop.newBuyer();
  const { checkout } = await harness.as(userId).startCheckout({ requestId: randomUUID() });
  const orderId = checkout?.orderId ?? '';
  return { userId, orderId, cancel: () => harness.as(userId).cancelCheckout({ orderId }) };
}

async function watch(orderId: string, userId: string, onFirst: () => Promise<unknown> = async () => undefined) {
  const states: (CheckoutState | undefined)[] = [];
  for await (const { checkout } of harness.as(userId).watchCheckout({ orderId })) {
    states.push(checkout?.state);
    if (states.length === 1) await onFirst();
  }
  return states;
}

test("every RPC answers another user's checkout with the same 404 as a missing one", async () => {
  const { userId, orderId } = await started();
  const stranger = harness.shop.newBuyer();
  const notFound = 'not_found ORDER_NOT_FOUND';
  for (const id of [orderId, randomUUID()]) {
    expect(await refusal(harness.as(stranger).getCheckout({ orderId: id }))).toBe(notFound);
    expect(await refusal(harness.as(stranger).cancelCheckout({ orderId: id }))).toBe(notFound);
    expect(await refusal(watch(id, stranger))).toBe(notFound);
  }
  const { checkout } = await harness.as(userId).getCheckout({ orderId });
  expect(checkout?.state).toBe(CheckoutState.RUNNING);
});

test('the state of a checkout follows its order', async () => {
  const { userId, orderId } = await started();
  const read = async () => (await harness.as(userId).getCheckout({ orderId })).checkout;
  expect(await read()).toMatchObject({ orderId, state: CheckoutState.RUNNING });
  await harness.write.fail({ orderId, failure: { reason: 'OUT_OF_STOCK', message: 'sold out' } });
  expect(await read()).toMatchObject({ state: CheckoutState.FAILED, failure: { reason: 'OUT_OF_STOCK' } });
});

test('a stream shows the checkout at once, then its end, and then closes', async () => {
  const { userId, orderId } = await started();
  const states = await watch(orderId, userId, () => harness.write.complete({ orderId }));
  expect(states).toEqual([CheckoutState.RUNNING, CheckoutState.SUCCEEDED]);
});

test('a stream that is opened again shows the current state of the checkout', async () => {
  const { userId, orderId } = await started();
  const states: (CheckoutState | undefined)[] = [];
  for await (const { checkout } of harness.as(userId).watchCheckout({ orderId })) {
    states.push(checkout?.state);
    break;
  }
  await harness.write.complete({ orderId });
  states.push(...(await watch(orderId, userId)));
  expect(states).toEqual([CheckoutState.RUNNING, CheckoutState.SUCCEEDED]);
});

describe('cancelling', () => {
  test('a running checkout is cancelled by its workflow, and a repeat is no error', async () => {
    const { cancel } = await started();
    expect((await cancel()).checkout?.state).toBe(CheckoutState.CANCELLED);
    harness.workflows.down = true;
    expect((await cancel()).checkout?.state).toBe(CheckoutState.CANCELLED);
  });

  test('a checkout that is captured or has ended cannot be cancelled', async () => {
    const captured = await started();
    harness.workflows.onCancel = 'NOT_CANCELLABLE';
    expect(await refusal(captured.cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
    const ended = await started();
    await harness.write.complete({ orderId: ended.orderId });
    expect(await refusal(ended.cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  });

  test('a cancel without Temporal is refused and changes nothing', async () => {
    const { userId, orderId, cancel } = await started();
    harness.workflows.down = true;
    expect(await refusal(cancel())).toBe('unavailable TEMPORAL_UNAVAILABLE');
    const { checkout } = await harness.as(userId).getCheckout({ orderId });
    expect(checkout?.state).toBe(CheckoutState.RUNNING);
  });
});
