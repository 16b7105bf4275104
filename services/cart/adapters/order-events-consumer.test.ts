import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { orderEventTypes, ordersSource, type OrderEventType } from '../../../proto/order-events.ts';
import type { CloudEvent } from '../../../platform/events/cloud-event.ts';
import { addItem } from '../domain/add-item.ts';
import { claimCart } from '../domain/claim.ts';
import { clearCart } from '../domain/clear-cart.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { releaseClaim } from '../domain/release.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';
import type { Quantity } from '../domain/types.ts';
import { createCartSuite, patiently, piecesOf, reasonOf, type CartSuite, type FilledCart } from '../testing/suite.ts';
import { createOrderEventsConsumer } from './order-events-consumer.ts';

let suite: CartSuite;
let take: (event: CloudEvent) => Promise<void>;
beforeAll(async () => {
  suite = await createCartSuite();
  take = createOrderEventsConsumer(suite.deps).handle;
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

const statuses = { completed: 'COMPLETED', failed: 'FAILED', cancelled: 'CANCELLED' } as const;

interface Order extends FilledCart {
  readonly orderId: string;
}

/** A cart with these quantities, claimed by a new order. */
async function claimedCart(...quantities: number[]): Promise<Order> {
  const order = { ...(await suite.filledCart(...quantities)), orderId: randomUUID() };
  await claimAgain(order);
  return order;
}

function claimAgain({ orderId, userId, version }: Order) {
  return claimCart(suite.deps, { orderId, userId, cartVersion: version, ttlSeconds: 900 });
}

function eventOf(order: Order, end: keyof typeof statuses, items: readonly Quantity[] = []): CloudEvent {
  const type: OrderEventType = orderEventTypes[end];
  const data = {
    orderId: order.orderId,
    userId: order.userId,
    status: statuses[end],
    items,
    total: { currencyCode: 'USD', minorUnits: '1000' },
    cartVersion: String(order.version),
    occurTime: new Date().toISOString(),
  };
  return { id: randomUUID(), source: ordersSource, type, subject: order.orderId, time: new Date(), data };
}

const cartOf = ({ userId }: Order) => getCart(suite.deps, { userId, fresh: false });

describeBothWays(
  'a completed order',
  () => suite.deps,
  () => {
    it('takes what it bought out of the cart, and leaves what was added meanwhile', async () => {
      const order = await claimedCart(2, 3);
      const [first = '', second = ''] = order.productIds;
      const extra = suite.newProduct().productId;
      await addItem(suite.deps, { userId: order.userId, productId: first, quantity: 1 });
      const { version } = await addItem(suite.deps, { userId: order.userId, productId: extra, quantity: 4 });
      await take(eventOf(order, 'completed'));
      const cart = await cartOf(order);
      expect(piecesOf(cart)).toEqual([
        [first, 1],
        [extra, 4],
      ]);
      expect(cart.lines.map(({ productId }) => productId)).not.toContain(second);
      expect(cart.version).toBe(version + 1n);
      expect(await claimAgain(order)).toBe('CONSUMED');
    });

    it('takes at most what is still there', async () => {
      const order = await claimedCart(5, 2);
      await setItemQuantity(suite.deps, { userId: order.userId, productId: order.productIds[0] ?? '', quantity: 3 });
      await take(eventOf(order, 'completed'));
      expect((await cartOf(order)).lines).toEqual([]);
    });

    it('does not change the version of a cart that has nothing left of what was bought', async () => {
      const order = await claimedCart(5);
      const { version } = await clearCart(suite.deps, order);
      await take(eventOf(order, 'completed'));
      expect(await cartOf(order)).toMatchObject({ version, lines: [] });
      expect(await claimAgain(order)).toBe('CONSUMED');
    });

    it('has one effect however often its event is delivered, also at the same time (rule S36)', async () => {
      const order = await claimedCart(2);
      const event = eventOf(order, 'completed');
      const [productId = ''] = order.productIds;
      await addItem(suite.deps, { userId: order.userId, productId, quantity: 10 });
      await Promise.all(Array.from({ length: 5 }, () => take(event)));
      await take(event);
      expect(piecesOf(await cartOf(order))).toEqual([[productId, 10]]);
    });

    it('is taken in once: a repeat of its event is recognized', async () => {
      const order = await claimedCart(2);
      const { orderId, userId, version } = order;
      const event = { eventId: randomUUID(), orderId, userId, isCompleted: true, items: [], cartVersion: version };
      expect(await handleOrderEnded(suite.deps, event)).toBe(true);
      expect(await handleOrderEnded(suite.deps, event)).toBe(false);
    });

    it('has one effect even if two events tell of its end', async () => {
      const order = await claimedCart(2);
      const [productId = ''] = order.productIds;
      await addItem(suite.deps, { userId: order.userId, productId, quantity: 10 });
      const items = [{ productId, quantity: 2 }];
      await Promise.all([take(eventOf(order, 'completed', items)), take(eventOf(order, 'completed', items))]);
      expect(piecesOf(await cartOf(order))).toEqual([[productId, 10]]);
    });

    it('takes the items of the event out of the cart if it never had a claim', async () => {
      const order = { ...(await suite.filledCart(5)), orderId: randomUUID() };
      const [productId = ''] = order.productIds;
      await take(eventOf(order, 'completed', [{ productId, quantity: 2 }]));
      expect(piecesOf(await cartOf(order))).toEqual([[productId, 3]]);
      expect(await claimAgain(order)).toBe('CONSUMED');
    });

    it('keeps the count of a cart that other orders and edits change at the same time', async () => {
      const order = await claimedCart(50);
      const [productId = ''] = order.productIds;
      const others = Array.from({ length: 5 }, () => ({ ...order, orderId: randomUUID() }));
      await Promise.all([
        patiently(() => take(eventOf(order, 'completed'))),
        ...others.map((other) => patiently(() => take(eventOf(other, 'completed', [{ productId, quantity: 1 }])))),
        ...Array.from({ length: 20 }, () =>
          patiently(() => addItem(suite.deps, { userId: order.userId, productId, quantity: 1 })),
        ),
      ]);
      // 50 + 20 − 50 − 5, or more if the line was gone for a moment and the other orders found less than they bought.
      const left = (await cartOf(order)).lines[0]?.quantity ?? 0;
      expect(left).toBeGreaterThanOrEqual(15);
      expect(left).toBeLessThanOrEqual(20);
    });
  },
);

describeBothWays(
  'a failed or cancelled order',
  () => suite.deps,
  () => {
    it.each(['failed', 'cancelled'] as const)(
      'releases its claim and leaves the lines of the cart (%s)',
      async (end) => {
        const order = await claimedCart(2);
        await take(eventOf(order, end));
        expect((await cartOf(order)).version).toBe(order.version);
        expect(await reasonOf(claimAgain(order))).toBe('ALREADY_RELEASED');
        expect(await claimAgain({ ...order, orderId: randomUUID() })).toBe('CLAIMED');
      },
    );

    it('that never claimed is refused a late claim (rule S6)', async () => {
      const order = { ...(await suite.filledCart(2)), orderId: randomUUID() };
      await take(eventOf(order, 'failed'));
      expect(await reasonOf(claimAgain(order))).toBe('ALREADY_RELEASED');
    });

    it('that was cancelled after it completed changes nothing in the cart', async () => {
      const order = await claimedCart(2);
      await take(eventOf(order, 'completed'));
      const cart = await cartOf(order);
      await take(eventOf(order, 'cancelled'));
      expect(await cartOf(order)).toEqual(cart);
      expect(await releaseClaim(suite.deps, order)).toBe('CONSUMED');
    });
  },
);

describeBothWays(
  'the consumer',
  () => suite.deps,
  () => {
    it('ignores event types that it does not know, and throws if the data does not fit the type', async () => {
      const order = await claimedCart(2);
      await take({ ...eventOf(order, 'failed'), type: 'ecommerce.order.v1.OrderShipped' });
      await expect(take({ ...eventOf(order, 'failed'), data: { orderId: 7 } })).rejects.toThrow('invalid');
      expect(await claimAgain(order)).toBe('CLAIMED');
    });
  },
);
