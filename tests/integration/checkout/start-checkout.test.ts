import { ConnectError } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { createCheckoutHarness, type CheckoutHarness } from './harness.ts';
import { refusal } from '../../../platform/testing/refusal.ts';

let harness: CheckoutHarness;
beforeEach(async () => {
  harness ??= await createCheckoutHarness();
  harness.checkouts.onStart = async () => undefined;
  harness.checkouts.down = false;
});
afterAll(() => harness.close());

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const complete = ({ orderId }: { orderId: string }) => harness.write.complete({ orderId });

function start(userId: string, request: Parameters<CheckoutHarness['client']['startCheckout']>[0] = {}) {
  return harness.client.startCheckout({ requestId: randomUUID(), ...request }, harness.by(userId));
}

async function orderCount(userId: string): Promise<number> {
  const { rows } = await harness.database.db.execute(`select id from orders.orders where user_id = '${userId}'`);
  return rows.length;
}

describe('accepting', () => {
  test('a checkout is answered with 202, where to ask, and an order of the frozen cart', async () => {
    const userId = harness.peers.newBuyer(3);
    const headers = new Headers();
    const { checkout } = await harness.client.startCheckout(
      { requestId: randomUUID() },
      { ...harness.by(userId), onHeader: (header) => header.forEach((value, key) => headers.set(key, value)) },
    );
    const orderId = checkout?.orderId ?? '';
    expect(checkout).toMatchObject({ state: CheckoutState.RUNNING, total: usd(3000n) });
    expect(checkout?.workflowId).toBe(`checkout-${orderId}`);
    expect(headers.get('location')).toBe(`/api/v1/checkouts/${orderId}`);
    expect(harness.statuses.get('StartCheckout')).toBe(202);
    const { order } = await harness.write.get({ orderId });
    expect(order).toMatchObject({ userId, cartVersion: 3n });
    expect(order?.order?.items).toMatchObject([{ name: 'Lamp', quantity: 3, unitPrice: usd(1000n) }]);
    await vi.waitFor(() => expect(harness.checkouts.open.has(orderId)).toBe(true));
  });

  test('accepting does not need Temporal', async () => {
    harness.checkouts.down = true;
    const userId = harness.peers.newBuyer();
    const { checkout } = await start(userId);
    expect(checkout?.state).toBe(CheckoutState.RUNNING);
    expect(await orderCount(userId)).toBe(1);
  });

  test('the wait ends with the checkout, and the answer is its outcome', async () => {
    harness.checkouts.onStart = complete;
    const { checkout } = await start(harness.peers.newBuyer(), { wait: { seconds: 8n } });
    expect(checkout?.state).toBe(CheckoutState.SUCCEEDED);
    expect(harness.statuses.get('StartCheckout')).toBeUndefined();
  });

  test('a failure is answered with the reason of whoever refused', async () => {
    const failure = { reason: 'INSUFFICIENT_FUNDS', message: 'too little', metadata: { missing: '1' } };
    harness.checkouts.onStart = ({ orderId }) => harness.write.fail({ orderId, failure });
    const { checkout } = await start(harness.peers.newBuyer(), { wait: { seconds: 8n } });
    expect(checkout).toMatchObject({ state: CheckoutState.FAILED, failure });
  });

  test('a wait that is over answers 202 as if there had been none', async () => {
    const { checkout } = await start(harness.peers.newBuyer(), { wait: { nanos: 50_000_000 } });
    expect(checkout?.state).toBe(CheckoutState.RUNNING);
    expect(harness.statuses.get('StartCheckout')).toBe(202);
  });
});

describe('refusing', () => {
  test('an empty cart, also without a wallet', async () => {
    expect(await refusal(start(randomUUID()))).toBe('failed_precondition CART_EMPTY');
  });

  test('a buyer without a wallet', async () => {
    const userId = harness.peers.newBuyer();
    harness.peers.wallets.delete(userId);
    expect(await refusal(start(userId))).toBe('not_found WALLET_NOT_FOUND');
    expect(await orderCount(userId)).toBe(0);
  });

  test("a cart that is not in the wallet's currency", async () => {
    const userId = harness.peers.newBuyer(1, 'EUR');
    expect(await refusal(start(userId))).toBe('failed_precondition CURRENCY_MISMATCH');
  });

  test('another total than the buyer expects, telling both', async () => {
    const userId = harness.peers.newBuyer(2);
    expect(await refusal(start(userId, { expectedTotal: usd(1999n) }))).toBe('failed_precondition PRICE_CHANGED');
    const error = ConnectError.from(await start(userId, { expectedTotal: usd(1999n) }).catch((thrown) => thrown));
    expect(error.findDetails(ErrorInfoSchema)[0]?.metadata).toMatchObject({ expected: '1999', current: '2000' });
    expect(await refusal(start(userId, { expectedTotal: usd(2000n) }))).toBe('ok');
  });
});

describe('repeating', () => {
  test('a repeated request id gets the first order whatever the cart holds now', async () => {
    const userId = harness.peers.newBuyer();
    const requestId = randomUUID();
    const first = await start(userId, { requestId });
    harness.peers.carts.delete(userId);
    harness.peers.wallets.delete(userId);
    const second = await start(userId, { requestId, wait: { nanos: 1_000_000 } });
    expect(second.checkout?.orderId).toBe(first.checkout?.orderId);
    await complete({ orderId: first.checkout?.orderId ?? '' });
    expect((await start(userId, { requestId })).checkout?.state).toBe(CheckoutState.SUCCEEDED);
    expect(harness.statuses.get('StartCheckout')).toBeUndefined();
  });

  test('ten parallel starts with one request id make one order', async () => {
    const userId = harness.peers.newBuyer();
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(userId, { requestId })));
    expect(new Set(answers.map((answer) => answer.checkout?.orderId)).size).toBe(1);
    expect(await orderCount(userId)).toBe(1);
  });

  test('a parallel start whose cart was emptied by the first gets the first order', async () => {
    const userId = harness.peers.newBuyer();
    const requestId = randomUUID();
    let firstOrderId: string | undefined;
    // The first one happens between the second one's look for the request and its look at the cart.
    harness.peers.beforeNextGetCart = async () => {
      firstOrderId = (await start(userId, { requestId })).checkout?.orderId;
      harness.peers.carts.delete(userId);
    };
    const second = await start(userId, { requestId });
    expect(second.checkout?.orderId).toBe(firstOrderId);
    expect(await orderCount(userId)).toBe(1);
  });

  test('the same request id with another expected total is refused', async () => {
    const userId = harness.peers.newBuyer();
    const requestId = randomUUID();
    await start(userId, { requestId });
    const reused = start(userId, { requestId, expectedTotal: usd(2000n) });
    expect(await refusal(reused)).toBe('invalid_argument REQUEST_ID_REUSED');
  });
});
