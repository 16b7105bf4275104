import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../platform/data/db/once.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { untilBlocked } from '../../../platform/testing/contention.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';
import { addItem } from '../domain/add-item.ts';
import { addItemOnce } from '../domain/add-item-once.ts';
import { claimCart } from '../domain/claim.ts';
import { clearCart } from '../domain/clear-cart.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { priceCart } from '../domain/price.ts';
import { releaseClaim } from '../domain/release.ts';
import { removeItem } from '../domain/remove-item.ts';
import { setItemQuantity } from '../domain/set-item-quantity.ts';
import { fromStoredAnswer, toStoredAnswer } from '../domain/stored-answer.ts';
import type { PricedCart, StoredCart } from '../domain/types.ts';
import { createCartSuite, piecesOf, reasonOf, type CartSuite, type FilledCart } from '../testing/suite.ts';
import type { CartTransaction } from './index.ts';

let suite: CartSuite;
beforeAll(async () => {
  suite = await createCartSuite();
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

interface Order extends FilledCart {
  readonly orderId: string;
  /** The product of the first line. */
  readonly productId: string;
}

async function orderOf(...quantities: number[]): Promise<Order> {
  const cart = await suite.filledCart(...quantities);
  return { ...cart, orderId: randomUUID(), productId: cart.productIds[0] ?? '' };
}

const claim = ({ orderId, userId, version: cartVersion }: Order) =>
  claimCart(suite.deps, { orderId, userId, cartVersion, ttlSeconds: 900 });

async function claimedOrder(...quantities: number[]): Promise<Order> {
  const order = await orderOf(...quantities);
  await claim(order);
  return order;
}

function tell({ orderId, userId, version: cartVersion }: Order, isCompleted: boolean, eventId: string = randomUUID()) {
  return handleOrderEnded(suite.deps, { eventId, orderId, userId, isCompleted, items: [], cartVersion });
}

const read = ({ userId }: FilledCart, deps: CartDeps = suite.deps) => getCart(deps, { userId, fresh: false });
const sent = (work: () => Promise<unknown>) => recordStatements(suite.database, work);

/** Makes the call while another transaction has done its work and has not ended. The call must wait for it. */
async function callDuring<Answer>(
  work: (tx: CartTransaction) => Promise<unknown>,
  call: () => Promise<Answer>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<Answer> {
  let waiting: Promise<Answer> | undefined;
  const rolledBack = new Error('rolled back');
  await suite.deps.repository
    .transaction(async (tx) => {
      await work(tx);
      waiting = call();
      await untilBlocked(suite.database);
      if (end === 'rollback') throw rolledBack;
    })
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error;
    });
  if (waiting === undefined) throw new Error('the call was not made');
  return waiting;
}

/** A writer that has changed the first line to this quantity, and has not committed. */
const changing =
  ({ userId, productId }: Order, quantity: number) =>
  async (tx: CartTransaction): Promise<StoredCart> => {
    const cart = await tx.lockCart(userId);
    const put = cart.lines.filter((line) => line.productId === productId).map((line) => ({ ...line, quantity }));
    return tx.changeLines(userId, cart, { put });
  };

/** The careful end of a claim by the other of event and reader, which has not committed. */
const consuming = (order: Order) => async (tx: CartTransaction) => {
  await tx.lockClaim(order.orderId);
  await tx.endClaim(order.orderId, 'CONSUMED');
  const cart = await tx.lockCart(order.userId);
  await tx.changeLines(order.userId, cart, { remove: order.productIds });
};

describe('one statement', () => {
  it('adds to a cart that is in the cache', async () => {
    const { userId, productId } = await orderOf(1);
    const cached = await suite.deps.repository.findCart(userId);
    const deps = { ...suite.deps, cache: { ...suite.deps.cache, find: async () => cached } };
    expect(await sent(() => addItem(deps, { userId, productId, quantity: 2 }))).toEqual(['cart.put']);
    expect(piecesOf(await read({ userId, productIds: [], version: 1n }))).toEqual([[productId, 3]]);
  });

  it('after the read adds, sets and removes, and makes a new cart', async () => {
    const userId = randomUUID();
    const { productId } = suite.newProduct();
    const put = ['cart.find', 'cart.put'];
    expect(await sent(() => addItem(suite.deps, { userId, productId, quantity: 2 }))).toEqual(put);
    expect(await sent(() => addItem(suite.deps, { userId, productId, quantity: 2 }))).toEqual(put);
    expect(await sent(() => setItemQuantity(suite.deps, { userId, productId, quantity: 7 }))).toEqual(put);
    const remove = ['cart.find', 'cart.remove'];
    expect(await sent(() => removeItem(suite.deps, { userId, productId }))).toEqual(remove);
    expect(await sent(() => addItem(suite.deps, { userId, productId, quantity: 1 }))).toEqual(put);
    expect(await sent(() => clearCart(suite.deps, { userId }))).toEqual(remove);
    expect(await read({ userId, productIds: [], version: 6n })).toMatchObject({ version: 6n, lines: [] });
  });

  it('adds to a cart by a request id, and stores the answer', async () => {
    const { userId, productId } = await orderOf(1);
    const input = { userId, productId, quantity: 2, requestId: randomUUID() };
    expect(await sent(() => addItemOnce(suite.deps, input))).toEqual(['cart.find', 'cart.put-once']);
    const first = { ...input, userId: randomUUID() };
    expect(await sent(() => addItemOnce(suite.deps, first))).toEqual(['cart.find', 'cart.put-once']);
    expect(await addItemOnce(suite.deps, first)).toMatchObject({ version: 1n, lines: [{ quantity: 2 }] });
  });

  it('claims a cart, and releases the claim', async () => {
    const order = await orderOf(1, 2);
    expect(await sent(() => claim(order))).toEqual(['cart.claim']);
    expect(await sent(() => releaseClaim(suite.deps, order))).toEqual(['cart.release']);
  });

  it('takes in the event of an order, whether a reader has ended its claim or not', async () => {
    const order = await claimedOrder(1, 2);
    expect(await sent(() => tell(order, true))).toEqual(['cart.event-completed']);
    expect(await sent(() => tell(order, true))).toEqual(['cart.event-completed']);
    const failed = await claimedOrder(1);
    expect(await sent(() => tell(failed, false))).toEqual(['cart.event-failed']);
    expect(await sent(() => tell(failed, false))).toEqual(['cart.event-failed']);
    expect(await sent(() => tell(failed, true))).toEqual(['cart.event-completed']);
    expect(await read(failed)).toMatchObject({ version: 1n, lines: [{ quantity: 1 }] });
  });

  it('after the read ends the claim of an ended order, and answers the cart', async () => {
    const completed = await claimedOrder(1, 2);
    const { productId } = suite.newProduct();
    await addItem(suite.deps, { ...completed, productId, quantity: 4 });
    suite.ends.set(completed.orderId, 'COMPLETED');
    expect(await sent(() => read(completed))).toEqual(['cart.find', 'cart.consume']);
    expect(await read(completed)).toMatchObject({ version: 4n, lines: [{ productId, quantity: 4 }] });
    const failed = await claimedOrder(1);
    suite.ends.set(failed.orderId, 'FAILED');
    expect(await sent(() => read(failed))).toEqual(['cart.find', 'cart.release']);
  });
});

describeBothWays(
  'beside an open transaction',
  () => suite.deps,
  () => {
    it('a claim waits for a change of the cart, and is refused', async () => {
      const order = await orderOf(2, 1);
      expect(await callDuring(changing(order, 9), () => reasonOf(claim(order)))).toBe('CART_CHANGED');
      expect(await claim({ ...order, version: order.version + 1n })).toBe('CLAIMED');
    });

    it('a claim waits for a change of the cart, and is made if the change is rolled back', async () => {
      const order = await orderOf(2, 1);
      expect(await callDuring(changing(order, 9), () => claim(order), 'rollback')).toBe('CLAIMED');
    });

    it('a claim waits for the end of another order, and does not get the lines that the other has bought', async () => {
      const bought = await claimedOrder(2, 1);
      const rival = { ...bought, orderId: randomUUID() };
      expect(await callDuring(consuming(bought), () => reasonOf(claim(rival)))).toBe('CART_CHANGED');
      expect((await read(bought)).lines).toEqual([]);
    });

    it('a claim waits for the release of another, and gets the cart', async () => {
      const failed = await claimedOrder(2);
      const releasing = async (tx: CartTransaction) => {
        await tx.lockClaim(failed.orderId);
        await tx.endClaim(failed.orderId, 'RELEASED');
      };
      expect(await callDuring(releasing, () => claim({ ...failed, orderId: randomUUID() }))).toBe('CLAIMED');
    });

    it('a change waits for a change, and both have their effect', async () => {
      const order = await orderOf(2);
      const cart = await callDuring(changing(order, 9), () => addItem(suite.deps, { ...order, quantity: 1 }));
      expect(cart).toMatchObject({ version: order.version + 2n, lines: [{ quantity: 10 }] });
    });

    it('a request waits for a change of the cart, and has its effect once', async () => {
      const order = await orderOf(2);
      const input = { ...order, quantity: 1, requestId: randomUUID() };
      const cart = await callDuring(changing(order, 9), () => addItemOnce(suite.deps, input));
      expect(cart).toMatchObject({ version: order.version + 2n, lines: [{ quantity: 10 }] });
      expect(await addItemOnce(suite.deps, input)).toEqual(cart);
      expect(piecesOf(await read(order))).toEqual([[order.productId, 10]]);
    });

    it('a request waits for an equal one that has not locked the cart yet, and gets its answer', async () => {
      const order = await orderOf(2);
      const input = { ...order, quantity: 1, requestId: randomUUID() };
      const key = {
        subject: order.userId,
        method: 'AddItem',
        requestId: input.requestId,
        fingerprint: fingerprint({ productId: order.productId, quantity: 1 }),
      };
      let waiting: Promise<PricedCart> | undefined;
      const answer = await suite.deps.repository.transaction((tx) =>
        tx.once(key, async () => {
          waiting = addItemOnce(suite.deps, input);
          await untilBlocked(suite.database);
          const cart = await changing(order, 3)(tx);
          const products = await suite.deps.catalog(order.productIds);
          return toStoredAnswer(priceCart(cart, products));
        }),
      );
      expect(await waiting).toEqual(fromStoredAnswer(answer));
      expect(piecesOf(await read(order))).toEqual([[order.productId, 3]]);
    });

    it.each([1, 9])('an event waits for a change of the cart to %i pieces, and takes at most those', async (pieces) => {
      const order = await claimedOrder(2, 1);
      expect(await callDuring(changing(order, pieces), () => tell(order, true))).toBe(true);
      const left = pieces > 2 ? [[order.productId, pieces - 2]] : [];
      const cart = await read(order);
      expect(piecesOf(cart)).toEqual(left);
      expect(cart.version).toBe(order.version + 2n);
    });

    it('an event waits for a reader that ends the claim, and takes nothing again', async () => {
      const order = await claimedOrder(2, 1);
      const eventId = randomUUID();
      const again = async (tx: CartTransaction) => {
        await consuming(order)(tx);
        const cart = await tx.lockCart(order.userId);
        const unitPrice = { currencyCode: 'USD', minorUnits: 1000n };
        const line = { productId: order.productId, quantity: 5, name: 'again', unitPrice, position: 9n };
        await tx.changeLines(order.userId, cart, { put: [{ ...line, position: cart.version + 1n }] });
      };
      expect(await callDuring(again, () => tell(order, true, eventId))).toBe(true);
      expect(piecesOf(await read(order))).toEqual([[order.productId, 5]]);
      expect(await tell(order, true, eventId)).toBe(false);
    });

    it('an event waits for its first delivery, and has no effect', async () => {
      const order = await claimedOrder(2);
      const eventId = randomUUID();
      const first = (tx: CartTransaction) => tx.consumeOnce(eventId, () => consuming(order)(tx));
      expect(await callDuring(first, () => tell(order, true, eventId))).toBe(false);
    });

    it('a reader waits for a change of the cart before it ends the claim, and shows that change', async () => {
      const order = await claimedOrder(2, 1);
      suite.ends.set(order.orderId, 'COMPLETED');
      const cart = await callDuring(changing(order, 9), () => read(order));
      expect(cart).toMatchObject({ version: order.version + 2n, lines: [{ quantity: 7 }] });
    });

    it('a reader waits for the event that ends the claim, and takes nothing again', async () => {
      const order = await claimedOrder(2, 1);
      suite.ends.set(order.orderId, 'COMPLETED');
      const cart = await callDuring(consuming(order), () => read(order));
      expect(cart).toMatchObject({ version: order.version + 1n, lines: [] });
    });

    it('a release waits for the end of the claim, and does not undo it', async () => {
      const order = await claimedOrder(2);
      expect(await callDuring(consuming(order), () => releaseClaim(suite.deps, order))).toBe('CONSUMED');
    });
  },
);
