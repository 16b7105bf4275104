import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { createCheckoutHarness, type CheckoutHarness } from './harness.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';

let harness: CheckoutHarness;
beforeEach(async () => {
  harness ??= await createCheckoutHarness();
  harness.workflows.onStart = async () => undefined;
  harness.workflows.down = false;
});
afterAll(() => harness.close());

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const complete = ({ orderId }: { orderId: string }) => harness.write.complete({ orderId });

type StartRequest = Parameters<ReturnType<CheckoutHarness['as']>['startCheckout']>[0];
function start(userId: string, request: StartRequest = {}) {
  return harness.as(userId).startCheckout({ requestId: randomUUID(), ...request });
}

async function orderCount(userId: string): Promise<number> {
  const { rows } = await harness.database.db.execute(`select id from orders.orders where user_id = '${userId}'`);
  return rows.length;
}

describe('accepting', () => {
  test('a checkout makes an order with the frozen cart and starts its workflow', async () => {
    const userId = harness.shop.newBuyer(3);
    const { checkout } = await start(userId);
    const orderId = checkout?.orderId ?? '';
    const { order } = await harness.write.get({ orderId });
    expect(order).toMatchObject({ userId, cartVersion: 3n });
    expect(order?.order?.items).toMatchObject([{ name: 'Lamp', quantity: 3, unitPrice: usd(1000n) }]);
    await vi.waitFor(() => expect(harness.workflows.open.has(orderId)).toBe(true));
  });

  test('a request with `wait` is answered with the outcome as soon as the checkout ends', async () => {
    harness.workflows.onStart = complete;
    const answer = await harness.startOverRest(harness.shop.newBuyer(), { wait: '8s' });
    expect(answer).toMatchObject({ status: 200, json: { checkout: { state: 'CHECKOUT_STATE_SUCCEEDED' } } });
  });

  test('the answer to a failed checkout has the reason of the service that refused', async () => {
    const failure = { reason: 'INSUFFICIENT_FUNDS', message: 'too little', metadata: { missing: '1' } };
    harness.workflows.onStart = ({ orderId }) => harness.write.fail({ orderId, failure });
    const { checkout } = await start(harness.shop.newBuyer(), { wait: { seconds: 8n } });
    expect(checkout).toMatchObject({ state: CheckoutState.FAILED, failure });
  });

  test('if the wait is too short, the answer is that the checkout still runs', async () => {
    const answer = await harness.startOverRest(harness.shop.newBuyer(), { wait: '0.05s' });
    expect(answer).toMatchObject({ status: 202, json: { checkout: { state: 'CHECKOUT_STATE_RUNNING' } } });
  });
});

describe('statements', () => {
  /** What the calls send. Checkouts of other tests are still being marked as started. */
  async function sent(work: () => Promise<unknown>): Promise<readonly string[]> {
    const all = await recordStatements(harness.database, work);
    return all.filter((name) => /^orders\.(?:create|find|end)/.test(name));
  }

  test('a new checkout is accepted in one', async () => {
    const userId = harness.shop.newBuyer();
    expect(await sent(() => start(userId))).toEqual(['orders.create']);
  });

  test('a wait for the end adds one at its begin and one at the end', async () => {
    const userId = harness.shop.newBuyer();
    let ended: Promise<unknown> | undefined;
    harness.workflows.onStart = async (order) => {
      ended = complete(order);
      await ended;
    };
    const all = await sent(async () => {
      await start(userId, { wait: { seconds: 8n } });
      await ended;
    });
    // The order may have ended before the wait begins. Then the wait needs only one.
    expect(all.filter((name) => name !== 'orders.find_owned')).toEqual(['orders.create', 'orders.end']);
    expect(all.length).toBeLessThanOrEqual(4);
  });

  test('a known request needs one more', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    await start(userId, { requestId });
    expect(await sent(() => start(userId, { requestId }))).toEqual(['orders.create', 'orders.find_by_request']);
    harness.shop.carts.delete(userId);
    expect(await sent(() => start(userId, { requestId }))).toEqual(['orders.find_by_request']);
  });
});

describe('repeating', () => {
  test('a repeated request id gets the first order whatever the cart holds now', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    const first = await start(userId, { requestId });
    harness.shop.carts.delete(userId);
    harness.shop.wallets.delete(userId);
    const second = await start(userId, { requestId, wait: { nanos: 1_000_000 } });
    expect(second.checkout?.orderId).toBe(first.checkout?.orderId);
    await complete({ orderId: first.checkout?.orderId ?? '' });
    const third = await harness.startOverRest(userId, { requestId });
    expect(third).toMatchObject({ status: 200, json: { checkout: { state: 'CHECKOUT_STATE_SUCCEEDED' } } });
  });

  test('a repeated request id gets the first order also while the cart service is down', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    const first = await start(userId, { requestId });
    const down = async () => {
      throw new AppError('unavailable', 'DATABASE_BUSY', 'try again');
    };
    harness.shop.beforeNextGetCart = down;
    expect((await start(userId, { requestId })).checkout?.orderId).toBe(first.checkout?.orderId);
    harness.shop.beforeNextGetCart = down;
    expect(await refusal(start(userId))).toBe('unavailable DATABASE_BUSY');
  });

  test('ten parallel starts with one request id make one order', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(userId, { requestId })));
    expect(new Set(answers.map((answer) => answer.checkout?.orderId)).size).toBe(1);
    expect(await orderCount(userId)).toBe(1);
  });

  test('a parallel start whose cart was emptied by the first gets the first order', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    let firstOrderId: string | undefined;
    // The first request runs while the second is about to read the cart.
    harness.shop.beforeNextGetCart = async () => {
      firstOrderId = (await start(userId, { requestId })).checkout?.orderId;
      harness.shop.carts.delete(userId);
    };
    const second = await start(userId, { requestId });
    expect(second.checkout?.orderId).toBe(firstOrderId);
    expect(await orderCount(userId)).toBe(1);
  });

  test('the same request id with another expected total is refused', async () => {
    const userId = harness.shop.newBuyer();
    const requestId = randomUUID();
    await start(userId, { requestId });
    const reused = start(userId, { requestId, expectedTotal: usd(2000n) });
    expect(await refusal(reused)).toBe('invalid_argument REQUEST_ID_REUSED');
  });
});
