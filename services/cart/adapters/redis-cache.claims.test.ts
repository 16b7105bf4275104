import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carefully } from '../../../platform/testing/both-ways.ts';
import { addItem } from '../domain/add-item.ts';
import { claimCart } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { readCart } from '../domain/read-cart.ts';
import { refreshCart } from '../domain/refresh-cart.ts';
import { releaseClaim } from '../domain/release.ts';
import type { CartCache } from '../ports.ts';
import { cacheOn, connect } from '../testing/cache.ts';
import { createCartSuite, piecesOf, reasonOf, type CartSuite } from '../testing/suite.ts';

let suite: CartSuite;
let connections: readonly Redis[];
/** Two processes that share Redis and the database. */
let here: CartDeps;
let there: CartDeps;

beforeAll(async () => {
  suite = await createCartSuite();
  connections = [await connect(), await connect()];
  const [first, second] = connections.map((redis) => ({ ...suite.deps, cache: cacheOn(redis) }));
  if (first === undefined || second === undefined) throw new Error('no process');
  [here, there] = [first, second];
});
afterAll(async () => {
  for (const redis of connections) redis.disconnect();
  await suite.database.close();
});

interface Order {
  readonly userId: string;
  readonly orderId: string;
  readonly productId: string;
  readonly cartVersion: bigint;
  readonly ttlSeconds: number;
}

/** A cart with two pieces, which is in the cache, and an order for it. */
async function orderOfCachedCart(): Promise<Order> {
  const [userId, orderId] = [randomUUID(), randomUUID()];
  const { productId } = suite.newProduct();
  const { version: cartVersion } = await addItem(here, { userId, productId, quantity: 2 });
  await answered();
  expect(await there.cache.find(userId)).toMatchObject({ version: cartVersion });
  return { userId, orderId, productId, cartVersion, ttlSeconds: 900 };
}

/** Waits until Redis has done what both processes have sent. */
const answered = () => Promise.all(connections.map((redis) => redis.ping()));

async function complete(deps: CartDeps, { userId, orderId, cartVersion }: Order): Promise<void> {
  const event = { eventId: randomUUID(), orderId, userId, isCompleted: true, items: [], cartVersion };
  await handleOrderEnded(deps, event);
}

/**
 * Ends the order, and reads the cart through the cache, where a claimed cart would hide the end (rule S37).
 * @returns the pieces of its lines, and in how many processes the cart was in the cache before
 */
async function afterEndOf({ userId, orderId }: Order): Promise<{ cached: number; pieces: readonly number[] }> {
  await answered();
  const found = await Promise.all([here, there].map(({ cache }) => cache.find(userId)));
  suite.ends.set(orderId, 'COMPLETED');
  const cart = await getCart(there, { userId, fresh: false });
  return {
    cached: found.filter((each) => each !== undefined).length,
    pieces: piecesOf(cart).map(([, quantity]) => quantity),
  };
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
  const [redis] = connections;
  const keys = (await redis?.keys(`*${userId}`)) ?? [];
  for (const key of keys) await redis?.del(key.slice(key.indexOf('cart:')));
}

/** Runs the work in a process that has no Redis until it calls `comeBack`. */
async function withoutFence(work: (alone: CartDeps, comeBack: () => Promise<void>) => Promise<void>): Promise<void> {
  const client = await connect();
  let nowMs = 1_000_000;
  client.disconnect();
  try {
    await work({ ...here, cache: cacheOn(client, { now: () => nowMs }) }, async () => {
      await client.connect();
      nowMs += 2000;
    });
  } finally {
    client.disconnect();
  }
}

describe.each(ways)('a cart that an order claims %s', (_, way) => {
  it('is not kept by a reader that read it before the claim', async () => {
    const order = await orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    await claimCart(way(here), order);
    keep(order.userId, early);
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not kept by a writer that read it before the claim and changes it after it', async () => {
    const order = await orderOfCachedCart();
    const writer = before(there, () => claimCart(way(here), order));
    await addItem(writer, { ...order, quantity: 3 });
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [3] });
  });

  it('is not kept by a writer that changes it under the lock after the claim', async () => {
    const order = await orderOfCachedCart();
    await claimCart(way(here), order);
    await addItem(carefullyIn(there), { ...order, quantity: 3 });
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [3] });
  });

  it('is not kept as it was before the order’s end', async () => {
    const order = await orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    await claimCart(way(here), order);
    await complete(way(here), order);
    keep(order.userId, early);
    await answered();
    expect((await readCart(there, order)).lines).toEqual([]);
  });

  it('is not kept as a writer left it while the order ended', async () => {
    const order = await orderOfCachedCart();
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
    await answered();
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
      const order = await orderOfCachedCart();
      await claimCart(way(here), order);
      await end(order);
      await answered();
      const { version } = await suite.deps.repository.findCart(order.userId);
      expect(await here.cache.find(order.userId)).toMatchObject({ version });
    }
  });

  it('stays in the cache if the event comes after a reader has ended the claim', async () => {
    const order = await orderOfCachedCart();
    await claimCart(way(here), order);
    suite.ends.set(order.orderId, 'COMPLETED');
    await getCart(way(there), { ...order, fresh: false });
    await complete(way(here), order);
    await answered();
    expect(await here.cache.find(order.userId)).toMatchObject({ version: order.cartVersion + 1n });
  });

  it('is served as it is if the claim is refused', async () => {
    const order = await orderOfCachedCart();
    expect(await reasonOf(claimCart(way(here), { ...order, cartVersion: order.cartVersion + 1n }))).toBe(
      'CART_CHANGED',
    );
    await addItem(there, { ...order, quantity: 1 });
    expect(piecesOf(await getCart(here, { ...order, fresh: false }))).toEqual([[order.productId, 3]]);
    await claimCart(way(here), { ...order, cartVersion: order.cartVersion + 1n });
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not served if the answer of the claim is lost', async () => {
    const order = await orderOfCachedCart();
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
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is not kept if the claim was made long after its first fence', async () => {
    const order = await orderOfCachedCart();
    const keep = there.cache.begin();
    const early = await there.repository.findCart(order.userId);
    const { repository } = carefullyIn(here);
    const claim = async () => expire(order.userId);
    await claimCart({ ...here, repository: { ...repository, plain: { ...repository.plain, claim } } }, order);
    keep(order.userId, early);
    expect(await afterEndOf(order)).toEqual({ cached: 0, pieces: [] });
  });

  it('is read past the cache if the claim could not be fenced, also when Redis is back', async () => {
    const order = await orderOfCachedCart();
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
    const order = await orderOfCachedCart();
    await withoutFence(async (alone, comeBack) => {
      await claimCart(way(alone), order);
      await comeBack();
    });
    suite.ends.set(order.orderId, 'COMPLETED');
    const { cache } = here;
    await end({ ...way(here), cache: { ...cache, begin: () => () => undefined } }, order);
    await answered();
    expect((await readCart(there, order)).lines).toEqual([]);
  });
});

describe('the fence of a claim', () => {
  it('is lifted by its own order only', async () => {
    const order = await orderOfCachedCart();
    const { userId } = order;
    const cart = await suite.deps.repository.findCart(userId);
    await here.cache.fenceClaim(userId, order.orderId);
    there.cache.lift(userId, randomUUID());
    there.cache.begin()(userId, cart, randomUUID());
    there.cache.begin()(userId, cart);
    await answered();
    expect(await here.cache.find(userId)).toBeUndefined();
    there.cache.begin()(userId, cart, order.orderId);
    await answered();
    expect(await here.cache.find(userId)).toEqual(cart);
  });

  it('is lifted by nobody if several orders have claimed', async () => {
    const order = await orderOfCachedCart();
    const { userId, orderId } = order;
    const rival = { ...order, orderId: randomUUID() };
    await claimCart(here, order);
    const keep = here.cache.begin();
    const early = await suite.deps.repository.findCart(userId);
    await releaseClaim(here, order);
    expect(await claimCart(there, rival)).toBe('CLAIMED');
    expect(await reasonOf(claimCart(here, order))).toBe('ALREADY_RELEASED');
    // What the end of the first order still had to say comes late.
    here.cache.lift(userId, orderId);
    keep(userId, { ...early, claimedBy: undefined }, orderId);
    expect(await afterEndOf(rival)).toEqual({ cached: 0, pieces: [] });
  });

  it('stays when a change of the cart is fenced', async () => {
    const order = await orderOfCachedCart();
    await here.cache.fenceClaim(order.userId, order.orderId);
    await there.cache.fence(order.userId, order.cartVersion + 1n);
    const cart = await suite.deps.repository.findCart(order.userId);
    there.cache.begin()(order.userId, { ...cart, version: order.cartVersion + 1n });
    await answered();
    expect(await here.cache.find(order.userId)).toBeUndefined();
  });

  it('holds longer than a cart may be kept after it was read', async () => {
    let nowMs = 1_000_000;
    const order = await orderOfCachedCart();
    const { userId } = order;
    const cart = await suite.deps.repository.findCart(userId);
    await here.cache.fence(userId, cart.version + 1n);
    const redis = await connect();
    const cache = cacheOn(redis, { now: () => nowMs });
    for (const [ageMs, isKept] of [
      [1999, true],
      [2000, false],
    ] as const) {
      const keep = cache.begin();
      nowMs += ageMs;
      const newer = { ...cart, version: cart.version + BigInt(ageMs) };
      keep(userId, newer);
      await answered();
      expect((await there.cache.find(userId))?.version === newer.version).toBe(isKept);
    }
    await here.cache.fenceClaim(userId, order.orderId);
    const [key = ''] = (await redis.keys(`*${userId}`)).map((name) => name.slice(name.indexOf('cart:')));
    // A statement waits 2 s for a connection and runs 2 s; then a reader has 2 s to keep what it read before.
    expect(await redis.pttl(key)).toBeGreaterThan(10_000);
    redis.disconnect();
  });
});
