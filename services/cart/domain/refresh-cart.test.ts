import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { createCartMetrics } from '../metrics.ts';
import type { OrderEnds } from '../ports.ts';
import { createCartSuite, patiently, piecesOf, reasonOf, type CartSuite, type FilledCart } from '../testing/suite.ts';
import { addItem } from './add-item.ts';
import { claimCart } from './claim.ts';
import { clearCart } from './clear-cart.ts';
import type { CartDeps } from './deps.ts';
import { getCart } from './get-cart.ts';
import { handleOrderEnded } from './handle-order-ended.ts';
import { releaseClaim } from './release.ts';
import { removeItem } from './remove-item.ts';
import { setItemQuantity } from './set-item-quantity.ts';

let suite: CartSuite;
let deps: CartDeps;
beforeAll(async () => {
  suite = await createCartSuite();
  deps = suite.deps;
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

interface Order extends FilledCart {
  readonly orderId: string;
  /** The product of the first line. */
  readonly productId: string;
}

async function claimedCart(...quantities: number[]): Promise<Order> {
  const cart = await suite.filledCart(...quantities);
  const order = { ...cart, orderId: randomUUID(), productId: cart.productIds[0] ?? '' };
  await claimAs(order.orderId, order);
  return order;
}

function claimAs(orderId: string, { userId, version }: FilledCart) {
  return claimCart(deps, { orderId, userId, cartVersion: version, ttlSeconds: 900 });
}

/** Delivers the order's event. */
function tell({ orderId, userId, version: cartVersion }: Order, isCompleted: boolean) {
  return handleOrderEnded(deps, { eventId: randomUUID(), orderId, userId, isCompleted, items: [], cartVersion });
}

const see = ({ userId }: Order) => getCart(deps, { userId, fresh: false });

/** The suite's `deps` with the order service that the test gives, and with their metrics. */
function withOrderService(endOf: OrderEnds['endOf']) {
  const registry = new Registry();
  const metrics = createCartMetrics(registry);
  return { deps: { ...deps, metrics, orderEnds: { endOf } }, counted: () => registry.metrics() };
}

describeBothWays(
  'a completed order whose event has not come',
  () => deps,
  () => {
    it.each([false, true])('is not shown to readers any more (past the cache: %s)', async (fresh) => {
      const order = await claimedCart(2, 3);
      await addItem(deps, { ...order, quantity: 1 });
      suite.ends.set(order.orderId, 'COMPLETED');
      const cart = await getCart(deps, { ...order, fresh });
      expect(cart.version).toBe(order.version + 2n);
      expect(piecesOf(cart)).toEqual([[order.productId, 1]]);
      expect(await releaseClaim(deps, order)).toBe('CONSUMED');
    });

    it('takes nothing of what is added after its end', async () => {
      const order = await claimedCart(2);
      suite.ends.set(order.orderId, 'COMPLETED');
      const cart = await addItem(deps, { ...order, quantity: 5 });
      expect(piecesOf(cart)).toEqual([[order.productId, 5]]);
      await tell(order, true);
      expect(await see(order)).toEqual(cart);
    });

    it('leaves nothing to change or remove of what it bought', async () => {
      for (const change of [removeItem, setItemQuantity]) {
        const order = await claimedCart(2);
        suite.ends.set(order.orderId, 'COMPLETED');
        expect(await reasonOf(change(deps, { ...order, quantity: 9 }))).toBe('CART_ITEM_NOT_FOUND');
      }
    });

    it('takes nothing of what is added after the cart was cleared', async () => {
      const order = await claimedCart(2);
      suite.ends.set(order.orderId, 'COMPLETED');
      await clearCart(deps, order);
      const cart = await addItem(deps, { ...order, quantity: 5 });
      await tell(order, true);
      expect(await see(order)).toEqual(cart);
      expect(piecesOf(cart)).toEqual([[order.productId, 5]]);
    });

    it('lets the next order claim the cart immediately, but not the lines that it bought', async () => {
      const order = await claimedCart(2);
      suite.ends.set(order.orderId, 'COMPLETED');
      expect(await reasonOf(claimAs(randomUUID(), order))).toBe('CART_CHANGED');
      const { version } = await addItem(deps, { ...order, quantity: 1 });
      expect(await claimAs(randomUUID(), { ...order, version })).toBe('CLAIMED');
    });

    it('does not change the cart again when its event comes, and the event is taken in once', async () => {
      const order = await claimedCart(2);
      await addItem(deps, { ...order, quantity: 7 });
      suite.ends.set(order.orderId, 'COMPLETED');
      const cart = await see(order);
      const { version: cartVersion } = order;
      const event = {
        eventId: randomUUID(),
        ...order,
        isCompleted: true,
        items: [{ ...order, quantity: 2 }],
        cartVersion,
      };
      expect(await handleOrderEnded(deps, event)).toBe(true);
      expect(await handleOrderEnded(deps, event)).toBe(false);
      expect(await see(order)).toEqual(cart);
    });

    it('takes its lines once when its event, readers, writers and the next order come at the same time', async () => {
      for (let round = 0; round < 10; round++) {
        const order = await claimedCart(20);
        const { version } = await addItem(deps, { ...order, quantity: 10 });
        suite.ends.set(order.orderId, 'COMPLETED');
        const rival = { ...order, version: version + 1n };
        await Promise.all([
          patiently(() => tell(order, true)),
          ...Array.from({ length: 4 }, () => see(order)),
          ...Array.from({ length: 2 }, () => patiently(() => addItem(deps, { ...order, quantity: 1 }))),
          reasonOf(claimAs(randomUUID(), rival)),
          patiently(() => tell(order, true)),
        ]);
        const cart = await see(order);
        expect(piecesOf(cart)).toEqual([[order.productId, 12]]);
        expect(cart.version).toBe(version + 3n);
      }
    });
  },
);

describeBothWays(
  'a failed or cancelled order whose event has not come',
  () => deps,
  () => {
    it.each(['FAILED', 'CANCELLED'] as const)(
      'leaves the lines and lets the next order have them (%s)',
      async (end) => {
        const order = await claimedCart(2);
        suite.ends.set(order.orderId, end);
        const next = randomUUID();
        expect(await claimAs(next, order)).toBe('CLAIMED');
        expect(await see(order)).toMatchObject({ version: order.version, lines: [{ quantity: 2 }] });
        await tell(order, false);
        expect(await claimAs(next, order)).toBe('CLAIMED');
        expect(await reasonOf(claimAs(order.orderId, order))).toBe('ALREADY_RELEASED');
      },
    );
  },
);

describeBothWays(
  'asking the order service',
  () => deps,
  () => {
    it('happens only while a claim is live, and again at each use while the order is PENDING', async () => {
      const asked: string[] = [];
      const { deps: mine, counted } = withOrderService(async (orderId) => {
        asked.push(orderId);
        return suite.ends.get(orderId) ?? 'PENDING';
      });
      const free = await suite.filledCart(1);
      await getCart(mine, { ...free, fresh: false });
      await clearCart(mine, free);
      expect(asked).toEqual([]);
      const order = await claimedCart(2);
      await getCart(mine, { ...order, fresh: false });
      const { lines } = await getCart(mine, { ...order, fresh: false });
      expect(lines).toHaveLength(1);
      expect(await reasonOf(claimCart(mine, { ...order, orderId: randomUUID(), cartVersion: 1n, ttlSeconds: 1 }))).toBe(
        'CART_ALREADY_CLAIMED',
      );
      suite.ends.set(order.orderId, 'COMPLETED');
      for (let count = 0; count < 2; count++)
        expect((await getCart(mine, { ...order, fresh: false })).lines).toEqual([]);
      expect(asked).toEqual([order.orderId, order.orderId, order.orderId, order.orderId]);
      expect(await counted()).toContain('cart_order_ends_asked_total{answer="PENDING"} 3');
    });

    it.each([
      ['fails', () => Promise.reject(new Error('away'))],
      ['knows nothing of the order', () => Promise.resolve(undefined)],
    ])('leaves the cart as it was if the order service %s', async (_, endOf) => {
      const { deps: mine, counted } = withOrderService(endOf);
      const order = await claimedCart(2);
      expect(piecesOf(await getCart(mine, { ...order, fresh: true }))).toEqual([[order.productId, 2]]);
      expect(piecesOf(await addItem(mine, { ...order, quantity: 1 }))).toEqual([[order.productId, 3]]);
      expect(await reasonOf(claimCart(mine, { ...order, orderId: randomUUID(), cartVersion: 2n, ttlSeconds: 1 }))).toBe(
        'CART_ALREADY_CLAIMED',
      );
      expect(await counted()).toContain('cart_order_ends_asked_total{answer="NONE"} 3');
      await tell(order, true);
      expect(piecesOf(await see(order))).toEqual([[order.productId, 1]]);
    });

    it('fails no reader if the database is too busy to end the claim', async () => {
      const order = await claimedCart(2);
      const { repository } = deps;
      const fail = () => Promise.reject(new Error('lock timeout'));
      const busy = { ...repository, plain: { ...repository.plain, consume: fail }, transaction: fail };
      suite.ends.set(order.orderId, 'COMPLETED');
      expect((await getCart({ ...deps, repository: busy }, { ...order, fresh: false })).version).toBe(order.version);
      expect((await see(order)).lines).toEqual([]);
    });
  },
);
