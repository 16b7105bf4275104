import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { carefully } from '../../../platform/testing/both-ways.ts';
import type { Lane } from '../../../platform/testing/model/check-model.ts';
import { modelTest } from '../../../platform/testing/model/model-test.ts';
import type { System } from '../../../platform/testing/model/model.ts';
import { noCache } from '../adapters/no-cache.ts';
import { addItem, type AddItemInput } from '../domain/add-item.ts';
import { addItemOnce } from '../domain/add-item-once.ts';
import { claimCart } from '../domain/claim.ts';
import { clearCart } from '../domain/clear-cart.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { releaseClaim } from '../domain/release.ts';
import { removeItem } from '../domain/remove-item.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';
import type { PricedCart, StoredCart } from '../domain/types.ts';
import type { CartCache } from '../ports.ts';
import { cacheOn, connect } from './cache.ts';
import { cartInWords, cartModel, newCart, nothingToClaim, type CartState, type CartStep } from './model.ts';
import { createCartSuite, type CartSuite } from './suite.ts';

const product = fc.nat({ max: 2 });
/** Order 0 comes most often, so that parallel calls often concern the same order. */
const order = fc.constantFrom(0, 0, 0, 1, 2);
const pieces = fc.constantFrom(1, 3, 60);
const call: fc.Arbitrary<CartStep> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ call: fc.constant('add' as const), product, pieces }) },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constant('add' as const), product, pieces, request: fc.nat({ max: 1 }) }),
  },
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

const step = fc
  .record({ call, carefully: fc.boolean(), process: fc.nat({ max: 1 }) })
  .map(({ call, ...way }): CartStep => ({ ...call, ...way }));

/** The verbs of one process: as in production, and by their careful ways only. */
interface Process {
  readonly plain: CartDeps;
  readonly careful: CartDeps;
}

function processWith(suite: CartSuite, cache: CartCache): Process {
  const plain = { ...suite.deps, cache };
  return { plain, careful: { ...plain, repository: carefully(plain.repository) } };
}

/** A user's cart with the orders of one sequence. */
function systemOf(
  { deps: { repository }, ends }: CartSuite,
  processes: readonly Process[],
  userId: string,
  productIds: readonly string[],
): System<CartStep> {
  const orderIds: readonly string[] = Array.from({ length: 3 }, () => randomUUID());
  const requestIds: readonly string[] = Array.from({ length: 2 }, () => randomUUID());
  const add = (deps: CartDeps, input: AddItemInput, request: number | undefined) =>
    request === undefined
      ? addItem(deps, input)
      : addItemOnce(deps, { ...input, requestId: requestIds[request] ?? '' });
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
      const process = processes[(taken.process ?? 0) % processes.length];
      const deps = taken.carefully === true ? process?.careful : process?.plain;
      if (deps === undefined) throw new Error('there is no process');
      const event = { eventId: randomUUID(), orderId, userId, cartVersion: seen.version };
      switch (taken.call) {
        case 'add':
          return inWords(await add(deps, { userId, productId, quantity: taken.pieces }, taken.request));
        case 'set':
          return inWords(await setItemQuantity(deps, { userId, productId, quantity: taken.pieces }));
        case 'remove':
          return inWords(await removeItem(deps, { userId, productId }));
        case 'clear':
          return inWords(await clearCart(deps, { userId }));
        case 'read':
          return inWords(await getCart(deps, { userId, fresh: false }));
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
      const cart = await repository.findCart(userId);
      seen = { version: cart.version, isEmpty: cart.lines.length === 0 };
      const owner = cart.claimedBy === undefined ? 'free' : `order ${orderIds.indexOf(cart.claimedBy)} has it`;
      return `${inWords(cart)}; ${owner}`;
    },
  };
}

/** @param caches one for each process */
async function open(caches: readonly CartCache[]): Promise<Lane<CartStep, CartState>> {
  const suite = await createCartSuite();
  const processes = caches.map((cache) => processWith(suite, cache));
  const productIds = Array.from({ length: 3 }, () => suite.newProduct().productId);
  return {
    begin: async () => {
      const userId = randomUUID();
      await addItem(suite.deps, { userId, productId: productIds[0] ?? '', quantity: 3 });
      return { state: newCart(3), system: systemOf(suite, processes, userId, productIds) };
    },
    checkInvariants: () => suite.expectInvariants(),
    close: () => suite.database.close(),
  };
}

describe('the cart beside a model of it', () => {
  modelTest('gives the same answers, lines, versions and claims', {
    name: 'cart',
    model: cartModel,
    step,
    open: () => open([noCache]),
  });

  // No cart that the cache serves is older than the last commit, or still has what an ended order has bought.
  modelTest('gives the same answers with a cache that two processes share', {
    name: 'cached cart',
    model: cartModel,
    step,
    open: async () => {
      const redis = [await connect(), await connect()];
      const lane = await open(redis.map((client) => cacheOn(client)));
      return { ...lane, close: () => lane.close().finally(() => redis.forEach((client) => client.disconnect())) };
    },
  });
});
