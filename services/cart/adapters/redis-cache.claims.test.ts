import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carefully } from '../../../platform/testing/both-ways.ts';
import { addItem } from '../domain/add-item.ts';
import { claimCart } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { readCart } from '../domain/read-cart.ts';
import { refreshCart } from '../domain/refresh-cart.ts';
import type { CartCache } from '../ports.ts';
import { cacheOn, connect } from '../testing/cache.ts';
import { piecesOf, reasonOf, type CartSuite } from '../testing/suite.ts';
import { createTwoProcesses, type Order, type TwoProcesses } from '../testing/two-processes.ts';

let two: TwoProcesses;
let suite: CartSuite;
let here: CartDeps;
let there: CartDeps;
beforeAll(async () => {
  two = await createTwoProcesses();
  ({ suite, here, there } = two);
});
afterAll(() => two.close());

async function complete(deps: CartDeps, { userId, orderId, cartVersion }: Order): Promise<void> {
  const event = { eventId: randomUUID(), orderId, userId, isCompleted: true, items: [], cartVersion };
  await handleOrderEnded(deps, event);
}

/** The deps with something that happens right before the plain statement of a change. */
function before(deps: CartDeps, happens: () => Promise<unknown>): CartDeps {
  const { plain } = deps.repository;
  const change: typeof plain.change = async (...input) => {
    await happens();
    return plain.change(...input);
  };
  return { ...deps, repository: { ...deps.repository, plain: { ...plain, change } } };
}

const carefullyIn = (deps: CartDeps): CartDeps => ({ ...deps, repository: carefully(deps.repository) });

const ways = [
  ['plainly', (deps: CartDeps) => deps],
  ['carefully', carefullyIn],
] as const;

/** Lets the user's fences expire. */
async function expire(userId: string): Promise<undefined> {
  const [redis] = two.connections;
  const keys = (await redis?.keys(`*${userId}`)) ?? [];
  for (const key of keys) await redis?.del(key.slice(key.indexOf('cart:')));
}

/** Runs the work in a process that has no Redis until it calls `comeBack`, and that does not repeat its fences. */
async function withoutFence(work: (alone: CartDeps, comeBack: () => Promise<void>) => Promise<void>): Promise<void> {
  const client = await connect();
  let nowMs = 1_000_000;
  client.disconnect();
  try {
    const cache = cacheOn(client, { now: () => nowMs });
    cache.stop();
    await work({ ...here, cache }, async () => {
      await client.connect();
      nowMs += 2000;
    });
  } finally {
    client.disconnect();
  }
}

describe.each(ways)('a cart that an order claims %s', (_, way) => {
  it('is not kept by a reader that read it before the claim', async () => {
    const order = await two.orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    await claimCart(way(here), order);
    keep(order.userId, early);
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not kept by a writer that read it before the claim and changes it after it', async () => {
    const order = await two.orderOfCachedCart();
    const writer = before(there, () => claimCart(way(here), order));
    await addItem(writer, { ...order, quantity: 3 });
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [3] });
  });

  it('is not kept by a writer that changes it under the lock after the claim', async () => {
    const order = await two.orderOfCachedCart();
    await claimCart(way(here), order);
    await addItem(carefullyIn(there), { ...order, quantity: 3 });
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [3] });
  });

  it('is not kept as it was before the order’s end', async () => {
    const order = await two.orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    await claimCart(way(here), order);
    await complete(way(here), order);
    keep(order.userId, early);
    await two.answered();
    expect((await readCart(there, order)).lines).toEqual([]);
  });

  it('is not kept as a writer left it while the order ended', async () => {
    const order = await two.orderOfCachedCart();
    const writer = before(there, () => claimCart(way(here), order));
    const { cache } = there;
    // The writer keeps its cart only when the order has ended.
    let keepLate: () => void = () => undefined;
    const begin: CartCache['begin'] = () => {
      const keep = cache.begin();
      return (...kept) => {
        keepLate = () => keep(...kept);
      };
    };
    await addItem({ ...writer, cache: { ...cache, begin } }, { ...order, quantity: 3 });
    await complete(way(here), order);
    keepLate();
    await two.answered();
    expect(piecesOf(await getCart(there, { ...order, fresh: false }))).toEqual([[order.productId, 3]]);
  });

  it('may be kept again as soon as its order has ended', async () => {
    for (const end of [
      (order: Order) => complete(way(there), order),
      async (order: Order) => {
        suite.ends.set(order.orderId, 'COMPLETED');
        await getCart(way(there), { ...order, fresh: false });
      },
      async (order: Order) => {
        suite.ends.set(order.orderId, 'FAILED');
        await getCart(way(there), { ...order, fresh: false });
      },
    ]) {
      const order = await two.orderOfCachedCart();
      await claimCart(way(here), order);
      await end(order);
      await two.answered();
      const { version } = await suite.deps.repository.findCart(order.userId);
      expect(await here.cache.find(order.userId)).toMatchObject({ version });
    }
  });

  it('stays in the cache if the event comes after a reader has ended the claim', async () => {
    const order = await two.orderOfCachedCart();
    await claimCart(way(here), order);
    suite.ends.set(order.orderId, 'COMPLETED');
    await getCart(way(there), { ...order, fresh: false });
    await complete(way(here), order);
    await two.answered();
    expect(await here.cache.find(order.userId)).toMatchObject({ version: order.cartVersion + 1n });
  });

  it('is served as it is if the claim is refused', async () => {
    const order = await two.orderOfCachedCart();
    expect(await reasonOf(claimCart(way(here), { ...order, cartVersion: order.cartVersion + 1n }))).toBe(
      'CART_CHANGED',
    );
    await addItem(there, { ...order, quantity: 1 });
    expect(piecesOf(await getCart(here, { ...order, fresh: false }))).toEqual([[order.productId, 3]]);
    await claimCart(way(here), { ...order, cartVersion: order.cartVersion + 1n });
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not served if the answer of the claim is lost', async () => {
    const order = await two.orderOfCachedCart();
    const { repository } = way(here);
    const lost = new Error('the answer is lost');
    const plain: typeof repository.plain = {
      ...repository.plain,
      claim: async (input) => {
        await suite.deps.repository.plain.claim(input);
        throw lost;
      },
    };
    await expect(claimCart({ ...here, repository: { ...repository, plain } }, order)).rejects.toBe(lost);
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not kept if the claim was made long after its first fence', async () => {
    const order = await two.orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    const { repository } = carefullyIn(here);
    const claim = async () => expire(order.userId);
    await claimCart({ ...here, repository: { ...repository, plain: { ...repository.plain, claim } } }, order);
    keep(order.userId, early);
    expect(await two.afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is read past the cache if the claim could not be fenced, also when Redis is back', async () => {
    const order = await two.orderOfCachedCart();
    await withoutFence(async (alone, comeBack) => {
      await claimCart(way(alone), order);
      await comeBack();
      expect(await alone.cache.find(order.userId)).toBeUndefined();
      suite.ends.set(order.orderId, 'COMPLETED');
      expect((await getCart(alone, { ...order, fresh: false })).lines).toEqual([]);
    });
  });

  it.each([
    ['the event', (deps: CartDeps, order: Order) => complete(deps, order)],
    ['a reader', (deps: CartDeps, order: Order) => refreshCart(deps, order)],
  ])('is not served after %s has ended the claim, even if nothing but that was fenced', async (_who, end) => {
    const order = await two.orderOfCachedCart();
    await withoutFence(async (alone, comeBack) => {
      await claimCart(way(alone), order);
      await comeBack();
    });
    suite.ends.set(order.orderId, 'COMPLETED');
    const { cache } = here;
    await end({ ...way(here), cache: { ...cache, begin: () => () => undefined } }, order);
    await two.answered();
    expect((await readCart(there, order)).lines).toEqual([]);
  });
});
