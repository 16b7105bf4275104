import { create, toJsonString } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CheckoutService,
  CheckoutState,
  CheckoutStepState,
  GetCheckoutProgressResponseSchema,
} from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { MoneySchema } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { FakeOrders } from '../testing/fake-orders.ts';
import { createCheckoutSuite, type CheckoutSuite } from '../testing/suite.ts';

const orders = new FakeOrders();
let suite: CheckoutSuite;
beforeAll(async () => {
  suite = await createCheckoutSuite({ orders: orders.service });
});
beforeEach(() => {
  suite.workflows.down = false;
  suite.workflows.onCancel = 'CANCELLED';
});
afterAll(() => suite.close());

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const ordersOf = (userId: string) => orders.created.filter((made) => made.userId === userId);

type StartRequest = Parameters<ReturnType<CheckoutSuite['as']>['startCheckout']>[0];
function start(userId: string, request: StartRequest = {}) {
  return suite.as(userId).startCheckout({ requestId: randomUUID(), ...request });
}

describe('the contract', () => {
  test('an invalid request is refused and has no effect', async () => {
    const userId = suite.shop.newBuyer();
    const refused = 'invalid_argument VALIDATION_FAILED';
    expect(await refusal(start(userId, { requestId: 'x' }))).toBe(refused);
    expect(await refusal(start(userId, { wait: { seconds: 9n } }))).toBe(refused);
    expect(await refusal(suite.as(userId).getCheckout({ orderId: 'x' }))).toBe(refused);
    expect(await refusal(suite.as(userId).cancelCheckout({ orderId: 'x' }))).toBe(refused);
    expect(ordersOf(userId)).toEqual([]);
  });

  test('a caller who is not signed in is refused', async () => {
    const anonymous = suite.rpc.connect(CheckoutService);
    expect(await refusal(anonymous.startCheckout({ requestId: randomUUID() }))).toBe('unauthenticated TOKEN_INVALID');
  });
});

describe('accepting', () => {
  test('a checkout is answered with 202 and the path at which to ask for it', async () => {
    const userId = suite.shop.newBuyer(3);
    const answer = await suite.startOverRest(userId);
    const [order] = ordersOf(userId);
    expect(answer).toMatchObject({
      status: 202,
      json: {
        checkout: {
          orderId: order?.orderId,
          state: 'CHECKOUT_STATE_RUNNING',
          total: { currencyCode: 'USD', minorUnits: '3000' },
          workflowId: `checkout-${order?.orderId}`,
        },
      },
    });
    expect(answer.headers.get('location')).toBe(`/api/v1/checkouts/${order?.orderId}`);
  });

  test('the order has the lines of the cart at their prices, and its workflow is started with them', async () => {
    const userId = suite.shop.newBuyer(3);
    await start(userId);
    const [order] = ordersOf(userId);
    const item = { name: 'Lamp', quantity: 3, unitPrice: usd(1000n) };
    expect(order).toMatchObject({ items: [{ ...item, lineTotal: usd(3000n) }], total: usd(3000n), cartVersion: 3n });
    const placed = { orderId: order?.orderId, userId, items: [item], total: usd(3000n), cartVersion: 3n };
    await vi.waitFor(() => expect(suite.workflows.tried).toContainEqual(expect.objectContaining({ userId })));
    expect(suite.workflows.tried.find((tried) => tried.userId === userId)).toMatchObject(placed);
  });

  test("the cart is read with the buyer's own token, and past every cache", async () => {
    const userId = suite.shop.newBuyer();
    suite.shop.cartReads.length = 0;
    await start(userId);
    const [headers] = suite.shop.cartReads;
    expect(headers?.get('cache-control')).toBe('no-cache');
    expect(await suite.rpc.auth.accessTokens.verify(headers?.get('authorization')?.slice(7) ?? '')).toMatchObject({
      userId,
    });
  });

  test('accepting does not need Temporal', async () => {
    suite.workflows.down = true;
    const userId = suite.shop.newBuyer();
    const { checkout } = await start(userId);
    expect(checkout?.state).toBe(CheckoutState.RUNNING);
    expect(ordersOf(userId)).toHaveLength(1);
  });

  test('a wait that ends before the checkout does is answered with 202', async () => {
    const answer = await suite.startOverRest(suite.shop.newBuyer(), { wait: '0.05s' });
    expect(answer).toMatchObject({ status: 202, json: { checkout: { state: 'CHECKOUT_STATE_RUNNING' } } });
  });
});

describe('refusing', () => {
  test('an empty cart, also if there is no wallet', async () => {
    expect(await refusal(start(randomUUID()))).toBe('failed_precondition CART_EMPTY');
  });

  test('a buyer without a wallet', async () => {
    const userId = suite.shop.newBuyer();
    suite.shop.wallets.delete(userId);
    expect(await refusal(start(userId))).toBe('not_found WALLET_NOT_FOUND');
    expect(ordersOf(userId)).toEqual([]);
  });

  test("a cart that is not in the wallet's currency", async () => {
    const userId = suite.shop.newBuyer(1, 'EUR');
    expect(await refusal(start(userId))).toBe('failed_precondition CURRENCY_MISMATCH');
  });

  test('a cart with a product that is sold in another currency by now; the error names it, and nothing is ordered', async () => {
    const userId = suite.shop.newBuyer();
    const cart = suite.shop.carts.get(userId);
    const item = cart?.items[0];
    if (item === undefined) throw new Error('the cart is empty');
    item.unavailableReason = 'CURRENCY_MISMATCH';
    item.currentUnitPrice = create(MoneySchema, { currencyCode: 'EUR', minorUnits: 900n });
    await expect(start(userId)).rejects.toMatchObject({
      code: 'failed_precondition',
      reason: 'CURRENCY_MISMATCH',
      metadata: { productId: item.productId, cart: 'USD', product: 'EUR' },
    });
    expect(ordersOf(userId)).toEqual([]);
  });

  test('a total other than the expected one; the error names both', async () => {
    const userId = suite.shop.newBuyer(2);
    await expect(start(userId, { expectedTotal: usd(1999n) })).rejects.toMatchObject({
      code: 'failed_precondition',
      reason: 'PRICE_CHANGED',
      metadata: { expected: '1999', current: '2000' },
    });
    expect(await refusal(start(userId, { expectedTotal: usd(2000n) }))).toBe('ok');
  });
});

async function started() {
  const userId = suite.shop.newBuyer();
  const { checkout } = await start(userId);
  const orderId = checkout?.orderId ?? '';
  return { userId, orderId, cancel: () => suite.as(userId).cancelCheckout({ orderId }) };
}

describe('the steps', () => {
  test('the buyer gets the stage and each step, without notes and reasons, which name inner parts', async () => {
    const { userId, orderId } = await started();
    suite.workflows.progresses.set(orderId, {
      stage: 'Undoing: EXPIRED – wallet-7 did not answer',
      steps: {
        'hold funds': { state: 'refused', note: 'wallet: GaveUp', tookMs: 1234 },
        'void the hold': { state: 'retrying', note: 'wallet-7: UNAVAILABLE' },
      },
    });
    const progress = await suite.as(userId).getCheckoutProgress({ orderId });
    expect(progress.stage).toBe('Undoing');
    expect(progress.steps).toMatchObject([
      { name: 'hold funds', state: CheckoutStepState.REFUSED, took: { seconds: 1n, nanos: 234_000_000 } },
      { name: 'void the hold', state: CheckoutStepState.RETRYING },
    ]);
    expect(progress.steps[1]?.took).toBeUndefined();
    expect(toJsonString(GetCheckoutProgressResponseSchema, progress)).not.toMatch(/wallet|GaveUp|EXPIRED|UNAVAILABLE/);
  });

  test('a stage that goes forward keeps its words', async () => {
    const { userId, orderId } = await started();
    suite.workflows.progresses.set(orderId, { stage: 'Stage 2 of 3: take the money', steps: {} });
    expect(await suite.as(userId).getCheckoutProgress({ orderId })).toMatchObject({
      stage: 'Stage 2 of 3: take the money',
    });
  });

  test('nobody else learns of them, not even whether there are any', async () => {
    const { orderId } = await started();
    suite.workflows.progresses.set(orderId, { stage: 'COMPLETED', steps: {} });
    const stranger = suite.as(suite.shop.newBuyer());
    const missing = 'not_found ORDER_NOT_FOUND';
    expect(await refusal(stranger.getCheckoutProgress({ orderId }))).toBe(missing);
    expect(await refusal(stranger.getCheckoutProgress({ orderId: randomUUID() }))).toBe(missing);
    suite.workflows.down = true;
    expect(await refusal(stranger.getCheckoutProgress({ orderId }))).toBe(missing);
  });

  test('a workflow that Temporal does not know has none; a Temporal that does not answer is unavailable', async () => {
    const { userId, orderId } = await started();
    expect(await suite.as(userId).getCheckoutProgress({ orderId })).toMatchObject({ stage: '', steps: [] });
    suite.workflows.down = true;
    expect(await refusal(suite.as(userId).getCheckoutProgress({ orderId }))).toBe('unavailable TEMPORAL_UNAVAILABLE');
    // The state of the order is told as usual.
    expect((await suite.as(userId).getCheckout({ orderId })).checkout?.state).toBe(CheckoutState.RUNNING);
  });
});

describe('cancelling', () => {
  test("a checkout whose money is captured can't be cancelled", async () => {
    const { cancel } = await started();
    suite.workflows.onCancel = 'NOT_CANCELLABLE';
    expect(await refusal(cancel())).toBe('failed_precondition ORDER_NOT_CANCELLABLE');
  });

  test('without Temporal a cancel is refused and nothing changes', async () => {
    const { userId, orderId, cancel } = await started();
    suite.workflows.down = true;
    expect(await refusal(cancel())).toBe('unavailable TEMPORAL_UNAVAILABLE');
    const { checkout } = await suite.as(userId).getCheckout({ orderId });
    expect(checkout?.state).toBe(CheckoutState.RUNNING);
  });
});
