import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inRequest } from '../../../platform/telemetry/request-context.ts';
import { refusal } from '../../../platform/testing/refusal.ts';
import { newOrder } from '../../../services/order/testing/suite.ts';
import { createCheckoutHarness, type CheckoutHarness } from './harness.ts';

let harness: CheckoutHarness;
beforeEach(async () => {
  harness = await createCheckoutHarness(
    { CHECKOUT_SWEEP_SECONDS: '0.05', CHECKOUT_STALLED_SWEEP_SECONDS: '0.05' },
    true,
  );
});
afterEach(() => harness.close());

const soon = { timeout: 10_000 };

async function start(): Promise<string> {
  const userId = harness.shop.newBuyer();
  const { checkout } = await harness.as(userId).startCheckout({ requestId: randomUUID() });
  return checkout?.orderId ?? '';
}

const age = (orderId: string, column: string, seconds: number) =>
  harness.database.db.execute(
    `update orders.orders set ${column} = now() - interval '${seconds} s' where id = '${orderId}'`,
  );

async function startedAt(orderId: string): Promise<unknown> {
  const { rows } = await harness.database.db.execute(`select started_at from orders.orders where id = '${orderId}'`);
  return rows[0]?.['started_at'];
}

const asked = {
  requestId: 'asked-by-a-test',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
};

/** An order whose process died before it could start its workflow. */
async function left(): Promise<string> {
  const request = newOrder();
  await inRequest(asked, () => harness.write.create(request));
  await age(request.orderId, 'next_start_at', 1);
  return request.orderId;
}

describe('unstarted checkouts', () => {
  test('an order that its process left goes on under the request that asked for it', async () => {
    const orderId = await left();
    await vi.waitFor(() => expect(harness.workflows.origins.get(orderId)).toEqual(asked), soon);
  });

  test('an order of an older version, which kept no request, is started all the same', async () => {
    const request = newOrder();
    await inRequest(asked, () => harness.write.create(request));
    await harness.database.db.execute(
      `update orders.orders set origin_request_id = null, origin_traceparent = null,
         next_start_at = now() - interval '1 s' where id = '${request.orderId}'`,
    );
    await vi.waitFor(() => expect(harness.workflows.open.has(request.orderId)).toBe(true), soon);
    expect(harness.workflows.origins.get(request.orderId)?.requestId).not.toBe(asked.requestId);
  });

  test('the sweep starts an accepted checkout that the starter could not start', async () => {
    harness.workflows.down = true;
    const orderId = await start();
    await vi.waitFor(() => expect(harness.workflows.tried.length).toBeGreaterThan(0), soon);
    expect(harness.workflows.open.has(orderId)).toBe(false);
    harness.workflows.down = false;
    // This ends the lease of the starter.
    await vi.waitFor(async () => {
      await age(orderId, 'next_start_at', 1);
      expect(harness.workflows.open.has(orderId)).toBe(true);
    }, soon);
    const [last] = harness.workflows.tried.slice(-1);
    expect(last).toMatchObject({ orderId, cartVersion: 3n, total: { currencyCode: 'USD', minorUnits: 2000n } });
  });

  test('a started checkout is marked and not started again', async () => {
    const orderId = await start();
    await vi.waitFor(async () => expect(await startedAt(orderId)).not.toBeNull(), soon);
    expect(harness.workflows.tried.map((order) => order.orderId)).toEqual([orderId]);
  });

  test('new checkouts are refused while the oldest unstarted one is too old, and accepted after it has started', async () => {
    harness.workflows.down = true;
    const orderId = await start();
    await age(orderId, 'create_time', 61);
    await vi.waitFor(async () => expect(await refusal(start())).toBe('unavailable OVERLOADED'), soon);
    harness.workflows.down = false;
    await vi.waitFor(async () => {
      await age(orderId, 'next_start_at', 1);
      expect(await refusal(start())).toBe('ok');
    }, soon);
  });

  test('the repeat of an accepted request is answered while new requests are refused', async () => {
    harness.workflows.down = true;
    const userId = harness.shop.newBuyer();
    const request = { requestId: randomUUID() };
    const { checkout } = await harness.as(userId).startCheckout(request);
    await age(checkout?.orderId ?? '', 'create_time', 61);
    await vi.waitFor(async () => expect(await refusal(start())).toBe('unavailable OVERLOADED'), soon);
    const again = await harness.as(userId).startCheckout(request);
    expect(again.checkout?.orderId).toBe(checkout?.orderId);
  });
});

describe('stalled checkouts', () => {
  async function stalled(): Promise<string> {
    const orderId = await start();
    await vi.waitFor(async () => expect(await startedAt(orderId)).not.toBeNull(), soon);
    return orderId;
  }

  test('a checkout whose workflow was terminated is settled', async () => {
    const orderId = await stalled();
    harness.workflows.open.delete(orderId);
    await age(orderId, 'started_at', 31);
    await vi.waitFor(() => expect(harness.workflows.settled.map((order) => order.orderId)).toEqual([orderId]), soon);
  });

  test('it is settled under the request that asked for it', async () => {
    const orderId = await left();
    await vi.waitFor(async () => expect(await startedAt(orderId)).not.toBeNull(), soon);
    harness.workflows.origins.clear();
    harness.workflows.open.delete(orderId);
    await age(orderId, 'started_at', 31);
    await vi.waitFor(() => expect(harness.workflows.origins.get(orderId)).toEqual(asked), soon);
  });

  test('a checkout whose workflow still runs is left alone and checked again later', async () => {
    const orderId = await stalled();
    await age(orderId, 'started_at', 31);
    const before = Date.now() - 30_000;
    await vi.waitFor(async () => expect(Date.parse(String(await startedAt(orderId)))).toBeGreaterThan(before), soon);
    expect(harness.workflows.settled).toEqual([]);
  });
});
