import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimCart } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { releaseClaim } from '../domain/release.ts';
import { cacheOn, connect } from '../testing/cache.ts';
import { reasonOf, type CartSuite } from '../testing/suite.ts';
import { createTwoProcesses, type TwoProcesses } from '../testing/two-processes.ts';

let two: TwoProcesses;
let suite: CartSuite;
let here: CartDeps;
let there: CartDeps;
beforeAll(async () => {
  two = await createTwoProcesses();
  ({ suite, here, there } = two);
});
afterAll(() => two.close());

describe('the fence of a claim', () => {
  it('is lifted by its own order only', async () => {
    const order = await two.orderOfCachedCart();
    const { userId } = order;
    const cart = await suite.deps.repository.findCart(userId);
    await here.cache.fenceClaim(userId, order.orderId);
    there.cache.lift(userId, randomUUID());
    there.cache.begin()(userId, cart, randomUUID());
    there.cache.begin()(userId, cart);
    await two.answered();
    expect(await here.cache.find(userId)).toBeUndefined();
    there.cache.begin()(userId, cart, order.orderId);
    await two.answered();
    expect(await here.cache.find(userId)).toEqual(cart);
  });

  it('is lifted by nobody if several orders have claimed', async () => {
    const order = await two.orderOfCachedCart();
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
    expect(await two.afterEndOf(rival)).toEqual({ cached: 0, pieces: [] });
  });

  it('stays when a change of the cart is fenced', async () => {
    const order = await two.orderOfCachedCart();
    await here.cache.fenceClaim(order.userId, order.orderId);
    await there.cache.fence(order.userId, order.cartVersion + 1n);
    const cart = await suite.deps.repository.findCart(order.userId);
    there.cache.begin()(order.userId, { ...cart, version: order.cartVersion + 1n });
    await two.answered();
    expect(await here.cache.find(order.userId)).toBeUndefined();
  });

  it('holds longer than a cart may be kept after it was read', async () => {
    let nowMs = 1_000_000;
    const order = await two.orderOfCachedCart();
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
      await two.answered();
      expect((await there.cache.find(userId))?.version === newer.version).toBe(isKept);
    }
    await here.cache.fenceClaim(userId, order.orderId);
    const [key = ''] = (await redis.keys(`*${userId}`)).map((name) => name.slice(name.indexOf('cart:')));
    // A statement waits 2 s for a connection and runs 2 s; then a reader has 2 s to keep what it read before.
    expect(await redis.pttl(key)).toBeGreaterThan(10_000);
    redis.disconnect();
  });
});
