import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import type { Lane } from '../../../platform/testing/model/check-model.ts';
import { modelTest } from '../../../platform/testing/model/model-test.ts';
import type { System } from '../../../platform/testing/model/model.ts';
import { addItem } from '../domain/add-item.ts';
import { claimCart } from '../domain/claim.ts';
import { clearCart } from '../domain/clear-cart.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { releaseClaim } from '../domain/release.ts';
import { removeItem } from '../domain/remove-item.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';
import type { PricedCart, StoredCart } from '../domain/types.ts';
import { cartInWords, cartModel, newCart, nothingToClaim, type CartState, type CartStep } from './model.ts';
import { createCartSuite, type CartSuite } from './suite.ts';

const product = fc.nat({ max: 2 });
/** Order 0 comes most often, so that parallel calls often concern the same order. */
const order = fc.constantFrom(0, 0, 0, 1, 2);
const pieces = fc.constantFrom(1, 3, 60);
const step: fc.Arbitrary<CartStep> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ call: fc.constant('add' as const), product, pieces }) },
  fc.record({ call: fc.constant('set' as const), product, pieces }),
  fc.record({ call: fc.constant('remove' as const), product }),
  fc.record({ call: fc.constantFrom('clear' as const, 'read' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constant('claim' as const), order, behind: fc.constantFrom(0n, 0n, 0n, 1n) }),
  },
  fc.record({ call: fc.constantFrom('release' as const, 'fail' as const), order }),
  fc.record({ call: fc.constant('complete' as const), order, product, pieces }),
  fc.record({ call: fc.constant('end' as const), order, end: fc.constantFrom('COMPLETED', 'FAILED', 'CANCELLED') }),
);

/** A user's cart with the orders of one sequence. */
function systemOf({ deps, ends }: CartSuite, userId: string, productIds: readonly string[]): System<CartStep> {
  const orderIds: readonly string[] = Array.from({ length: 3 }, () => randomUUID());
  let seen = { version: 1n, isEmpty: false };
  const inWords = ({ version, lines }: PricedCart | StoredCart) =>
    cartInWords(
      version,
      lines.map(({ productId, quantity }) => [productIds.indexOf(productId), quantity]),
    );
  return {
    perform: async (taken) => {
      const orderId = 'order' in taken ? (orderIds[taken.order] ?? '') : '';
      const productId = 'product' in taken ? (productIds[taken.product] ?? '') : '';
      const event = { eventId: randomUUID(), orderId, userId, cartVersion: seen.version };
      switch (taken.call) {
        case 'add':
          return inWords(await addItem(deps, { userId, productId, quantity: taken.pieces }));
        case 'set':
          return inWords(await setItemQuantity(deps, { userId, productId, quantity: taken.pieces }));
        case 'remove':
          return inWords(await removeItem(deps, { userId, productId }));
        case 'clear':
          return inWords(await clearCart(deps, { userId }));
        case 'read':
          return inWords(await getCart(deps, { userId, fresh: true }));
        case 'claim':
          if (seen.isEmpty) return nothingToClaim;
          return claimCart(deps, { orderId, userId, cartVersion: seen.version - taken.behind, ttlSeconds: 900 });
        case 'release':
          return releaseClaim(deps, { orderId });
        case 'fail':
          return handleOrderEnded(deps, { ...event, isCompleted: false, items: [] }).then(() => 'ok');
        case 'complete': {
          const items = [{ productId, quantity: taken.pieces }];
          return handleOrderEnded(deps, { ...event, isCompleted: true, items }).then(() => 'ok');
        }
        case 'refresh':
          throw new Error('a refresh is only the first part of another step');
        case 'end':
          ends.set(orderId, taken.end);
          return 'ok';
      }
    },
    // Reads the repository, since a read by the verb would end the claims that later steps are to end.
    look: async () => {
      const cart = await deps.repository.findCart(userId);
      seen = { version: cart.version, isEmpty: cart.lines.length === 0 };
      const owner = cart.claimedBy === undefined ? 'free' : `order ${orderIds.indexOf(cart.claimedBy)} has it`;
      return `${inWords(cart)}; ${owner}`;
    },
  };
}

async function open(): Promise<Lane<CartStep, CartState>> {
  const suite = await createCartSuite();
  const productIds = Array.from({ length: 3 }, () => suite.newProduct().productId);
  return {
    begin: async () => {
      const userId = randomUUID();
      await addItem(suite.deps, { userId, productId: productIds[0] ?? '', quantity: 3 });
      return { state: newCart(3), system: systemOf(suite, userId, productIds) };
    },
    checkInvariants: () => suite.expectInvariants(),
    close: () => suite.database.close(),
  };
}

describe('the cart beside a model of it', () => {
  modelTest('gives the same answers, lines, versions and claims', { name: 'cart', model: cartModel, step, open });
});
