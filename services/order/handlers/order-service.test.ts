import { Code } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderService, OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { createOrderChanges } from '../adapters/order-changes.ts';
import { watchOrder } from '../domain/watch-order.ts';
import { createOrderDeps, createOrderSuite, newOrder, type OrderSuite } from '../testing/suite.ts';
import { refusal } from '../../../platform/testing/refusal.ts';

let suite: OrderSuite;
beforeAll(async () => {
  suite = await createOrderSuite();
});
afterAll(() => suite.close());

async function created(over: Parameters<typeof newOrder>[0] = {}) {
  const request = newOrder(over);
  await suite.write.create(request);
  return request;
}

test('an invalid request is refused', async () => {
  const orders = suite.as(randomUUID());
  const refused = 'invalid_argument VALIDATION_FAILED';
  expect(await refusal(orders.getOrder({ orderId: 'x' }))).toBe(refused);
  expect(await refusal(orders.cancelOrder({ orderId: randomUUID(), requestId: 'x' }))).toBe(refused);
  expect(await refusal(orders.listOrders({ pageSize: -1 }))).toBe(refused);
});

test('a caller who is not signed in is refused', async () => {
  const anonymous = suite.rpc.connect(OrderService);
  expect(await refusal(anonymous.listOrders({}))).toBe('unauthenticated TOKEN_INVALID');
});

describe('reading', () => {
  test('an order has the lines and prices with which it was created', async () => {
    const request = await created();
    const { order } = await suite.as(request.userId).getOrder({ orderId: request.orderId });
    expect(order?.status).toBe(OrderStatus.PENDING);
    expect(order?.items.map((item) => [item.name, item.quantity, item.lineTotal?.minorUnits])).toEqual([
      ['Lamp', 1, 1000n],
      ['Bulb', 2, 500n],
    ]);
    expect(order?.total).toMatchObject({ currencyCode: 'USD', minorUnits: 1500n });
    expect(order?.failure).toBeUndefined();
  });

  test("every method answers another user's order with the same 404 as a missing order", async () => {
    const { orderId } = await created();
    const stranger = suite.as(randomUUID());
    const watch = async (id: string) => {
      for await (const _ of stranger.watchOrder({ orderId: id })) void _;
    };
    for (const id of [orderId, randomUUID()]) {
      expect(await refusal(stranger.getOrder({ orderId: id }))).toBe('not_found ORDER_NOT_FOUND');
      expect(await refusal(stranger.getOrderHistory({ orderId: id }))).toBe('not_found ORDER_NOT_FOUND');
      expect(await refusal(watch(id))).toBe('not_found ORDER_NOT_FOUND');
      expect(await refusal(stranger.cancelOrder({ orderId: id, requestId: randomUUID() }))).toBe(
        'not_found ORDER_NOT_FOUND',
      );
    }
  });
});

describe('lists', () => {
  test('pages hold every order once, newest first', async () => {
    const userId = randomUUID();
    const made: string[] = [];
    for (let count = 0; count < 7; count++) made.unshift((await created({ userId })).orderId);
    await created();
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await suite.as(userId).listOrders({ pageSize: 3, pageToken });
      expect(page.orders.length).toBeLessThanOrEqual(3);
      seen.push(...page.orders.map((order) => order.orderId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    // Orders of the same millisecond are sorted by their ids.
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(made));
    expect(seen[0] === made[0] || seen[1] === made[0]).toBe(true);
  });

  test('pages neither skip nor repeat an order while new orders are created', async () => {
    const userId = randomUUID();
    const before = await Promise.all(Array.from({ length: 12 }, async () => (await created({ userId })).orderId));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const [page] = await Promise.all([
        suite.as(userId).listOrders({ pageSize: 2, pageToken }),
        created({ userId }),
        created({ userId }),
      ]);
      seen.push(...page.orders.map((order) => order.orderId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((orderId) => before.includes(orderId)).sort()).toEqual(before.sort());
  });

  test('a status filters', async () => {
    const userId = randomUUID();
    const failed = await created({ userId });
    await created({ userId });
    await suite.write.fail({ orderId: failed.orderId, failure: { reason: 'OUT_OF_STOCK' } });
    const page = await suite.as(userId).listOrders({ status: OrderStatus.FAILED });
    expect(page.orders.map((order) => order.orderId)).toEqual([failed.orderId]);
  });

  test('a page token that is broken, or of a list with another filter, is refused', async () => {
    const userId = randomUUID();
    for (let count = 0; count < 2; count++) await created({ userId });
    const { nextPageToken } = await suite.as(userId).listOrders({ pageSize: 1 });
    const orders = suite.as(userId);
    for (const request of [{ pageToken: 'x' }, { pageToken: nextPageToken, status: OrderStatus.FAILED }]) {
      expect(await refusal(orders.listOrders(request))).toBe('invalid_argument PAGE_TOKEN_INVALID');
    }
  });
});

describe('watching', () => {
  async function statuses(userId: string, orderId: string, onFirst: () => Promise<unknown>) {
    const seen: (OrderStatus | undefined)[] = [];
    for await (const { order } of suite.as(userId).watchOrder({ orderId })) {
      seen.push(order?.status);
      if (seen.length === 1) await onFirst();
    }
    return seen;
  }

  test('watchers see the order now, then its end, and then the stream ends', async () => {
    const { userId, orderId } = await created();
    const end = () => suite.write.complete({ orderId });
    const both = await Promise.all([statuses(userId, orderId, end), statuses(userId, orderId, end)]);
    for (const seen of both) expect(seen.at(-1)).toBe(OrderStatus.COMPLETED);
    expect(await statuses(userId, orderId, async () => undefined)).toEqual([OrderStatus.COMPLETED]);
  });

  test('an id in capitals is watched like any other', async () => {
    const { userId, orderId } = await created();
    const seen = await statuses(userId, orderId.toUpperCase(), () => suite.write.complete({ orderId }));
    expect(seen).toEqual([OrderStatus.PENDING, OrderStatus.COMPLETED]);
  });

  test('a watcher that lost its connection and comes back sees the present status first', async () => {
    const { userId, orderId } = await created();
    const seen: (OrderStatus | undefined)[] = [];
    for await (const { order } of suite.as(userId).watchOrder({ orderId })) {
      seen.push(order?.status);
      break;
    }
    await suite.write.complete({ orderId });
    seen.push(...(await statuses(userId, orderId, async () => undefined)));
    expect(seen).toEqual([OrderStatus.PENDING, OrderStatus.COMPLETED]);
  });

  test('each watcher reads the database once at the start and once at a change, and never while it waits', async () => {
    const inside = createOrderDeps(suite.database.db);
    const { repository, logger } = inside;
    let reads = 0;
    const findOwned: typeof repository.findOwned = (...of) => {
      reads++;
      return repository.findOwned(...of);
    };
    const changes = createOrderChanges({ repository, listen: suite.database.listen, logger, pollSeconds: 60 });
    changes.start();
    const { userId, orderId } = await created();
    const { signal } = new AbortController();
    const deps = { ...inside, repository: { ...repository, findOwned }, changes };
    const watchers = Array.from({ length: 100 }, () => watchOrder(deps, { userId, orderId, signal }));
    for (const { value } of await Promise.all(watchers.map((each) => each.next()))) {
      expect(value).toMatchObject({ status: 'PENDING' });
    }
    const ends = Promise.all(watchers.map((each) => each.next()));
    await suite.write.complete({ orderId: (await created()).orderId });
    expect(reads).toBe(100);
    await suite.write.complete({ orderId });
    for (const { value } of await ends) expect(value).toMatchObject({ status: 'COMPLETED' });
    expect(reads).toBe(200);
    await changes.stop();
  });

  test('the watch ends when its client is gone', async () => {
    const { userId, orderId } = await created();
    const leaving = new AbortController();
    const watch = (async () => {
      for await (const _ of suite.as(userId).watchOrder({ orderId }, { signal: leaving.signal })) leaving.abort();
    })();
    await expect(watch).rejects.toMatchObject({ cause: { code: Code.Canceled } });
  });

  test('the poll finds a change whose notification was lost', async () => {
    const deaf = await createOrderSuite({ env: { ORDER_WATCH_POLL_SECONDS: '0.05' } });
    try {
      const request = newOrder();
      const { userId, orderId } = request;
      await deaf.write.create(request);
      const seen: (OrderStatus | undefined)[] = [];
      for await (const { order } of deaf.as(userId).watchOrder({ orderId })) {
        seen.push(order?.status);
        if (seen.length > 1) continue;
        await deaf.database.db.execute(`update orders.orders set status = 'COMPLETED' where id = '${orderId}'`);
      }
      expect(seen).toEqual([OrderStatus.PENDING, OrderStatus.COMPLETED]);
    } finally {
      await deaf.close();
    }
  });
});
