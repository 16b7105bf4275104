import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimCart } from '../domain/claim.ts';
import { releaseClaim } from '../domain/release.ts';
import { cacheOn, connect } from '../testing/cache.ts';
import { reasonOf } from '../testing/suite.ts';
import { createTwoProcesses, type TwoProcesses } from '../testing/two-processes.ts';

let two: TwoProcesses;
beforeAll(async () => {
  two = await createTwoProcesses();
});
afterAll(() => two.close());

describe('the fence of a claim', () => {
  it('is lifted by its own order only', async () => {
    const order = await two.orderOfCachedCart();
    const { userId } = order;
    const cart = await two.suite.deps.repository.findCart(userId);
    await two.here.cache.fenceClaim(userId, order.orderId);
    two.there.cache.lift(userId, randomUUID());
    two.there.cache.begin()(userId, cart, randomUUID());
    two.there.cache.begin()(userId, cart);
    await two.answered();
    expect(await two.here.cache.find(userId)).toBeUndefined();
    two.there.cache.begin()(userId, cart, order.orderId);
    await two.answered();
    expect(await two.here.cache.find(userId)).toEqual(cart);
  });

  it('is lifted by nobody if several orders have claimed', async () => {
    const order = await two.orderOfCachedCart();
    const { userId, orderId } = order;
    const rival = { ...order, orderId: randomUUID() };
    await claimCart(two.here, order);
    const keep = two.here.cache.begin();
    const early = await two.suite.deps.repository.findCart(userId);
    await releaseClaim(two.here, order);
    expect(await claimCart(two.there, rival)).toBe('CLAIMED');
    expect(await reasonOf(claimCart(two.here, order))).toBe('ALREADY_RELEASED');
    // What the end of the first order still had to say comes late.
    two.here.cache.lift(userId, orderId);
    keep(userId, { ...early, claimedBy: undefined }, orderId);
    expect(await two.afterEndOf(rival)).toEqual({ cached: 0, pieces: [] });
  });

  it('stays when a change of the cart is fenced', async () => {
    const order = await two.orderOfCachedCart();
    await two.here.cache.fenceClaim(order.userId, order.orderId);
    await two.there.cache.fence(order.userId, order.cartVersion + 1n);
    const cart = await two.suite.deps.repository.findCart(order.userId);
    two.there.cache.begin()(order.userId, { ...cart, version: order.cartVersion + 1n });
    await two.answered();
    expect(await two.here.cache.find(order.userId)).toBeUndefined();
  });

  it('holds longer than a cart may be kept after it was read', async () => {
    let nowMs = 1_000_000;
    const order = await two.orderOfCachedCart();
    const { userId } = order;
    const cart = await two.suite.deps.repository.findCart(userId);
    await two.here.cache.fence(userId, cart.version + 1n);
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
      expect((await two.there.cache.find(userId))?.version === newer.version).toBe(isKept);
    }
    await two.here.cache.fenceClaim(userId, order.orderId);
    const [key = ''] = (await redis.keys(`*${userId}`)).map((name) => name.slice(name.indexOf('cart:')));
    // A statement waits 2 s for a connection and runs 2 s; then a reader has 2 s to keep what it read before.
    expect(await redis.pttl(key)).toBeGreaterThan(10_000);
    redis.disconnect();
  });
});
