import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CartCache } from '../ports.ts';
import { addItem } from '../domain/add-item.ts';
import { changeCart, type ChangeCartInput } from '../domain/change-cart.ts';
import { claimCart } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { getCart } from '../domain/get-cart.ts';
import { readCart } from '../domain/read-cart.ts';
import type { StoredCart } from '../domain/types.ts';
import { cacheOn, connect, keyPrefix, ttlMs } from '../testing/cache.ts';
import { createCartSuite, patiently, type CartSuite } from '../testing/suite.ts';

let suite: CartSuite;
let redis: Redis;

beforeAll(async () => {
  suite = await createCartSuite();
  redis = await connect();
});
afterAll(async () => {
  redis.disconnect();
  await suite.database.close();
});

const depsWith = (cache: CartCache): CartDeps => ({ ...suite.deps, cache });

function cartAt(version: bigint): StoredCart {
  const unitPrice = { currencyCode: 'USD', minorUnits: 2n ** 60n };
  const line = { productId: randomUUID(), quantity: 1, name: 'ärmel "weiß"', unitPrice, position: version };
  return { version, lines: [line], claimedBy: undefined };
}

/** Changes the cart as a verb does: it is read first. */
async function change(deps: CartDeps, userId: string, decide: ChangeCartInput['decide']): Promise<StoredCart> {
  const keep = deps.cache.begin();
  return changeCart(deps, { userId, read: await readCart(deps, { userId }), keep, decide });
}

/** Keeps a cart and waits until the cache has it, since to keep it does not wait. */
async function kept(cache: CartCache, userId: string, cart: StoredCart): Promise<void> {
  cache.begin()(userId, cart);
  await expect.poll(() => cache.find(userId), { interval: 2, timeout: 10_000 }).toEqual(cart);
}

/** Waits until Redis has answered everything that was sent before on this connection. */
const afterPending = () => redis.ping();

describe('the cart cache', () => {
  it('serves a cart exactly as it was kept, and lets the entry expire', async () => {
    const cache = cacheOn(redis);
    const userId = randomUUID();
    expect(await cache.find(userId)).toBeUndefined();
    await kept(cache, userId, cartAt(3n));
    const [key = ''] = (await redis.keys(`${keyPrefix}*${userId}`)).map((name) => name.slice(keyPrefix.length));
    expect(await redis.pttl(key)).toBeLessThanOrEqual(ttlMs);
    expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  it('keeps the newer of two carts, in whatever order they come', async () => {
    const cache = cacheOn(redis);
    const userId = randomUUID();
    const newer = cartAt(10n);
    await kept(cache, userId, cartAt(9n));
    await kept(cache, userId, newer);
    cache.begin()(userId, cartAt(9n));
    await afterPending();
    expect(await cache.find(userId)).toEqual(newer);
  });

  it('serves nothing after a fence and keeps no older cart, until the new cart comes', async () => {
    const cache = cacheOn(redis);
    const userId = randomUUID();
    await kept(cache, userId, cartAt(4n));
    await cache.fence(userId, 5n);
    cache.begin()(userId, cartAt(4n));
    await afterPending();
    expect(await cache.find(userId)).toBeUndefined();
    await kept(cache, userId, cartAt(5n));
  });

  it('never serves the old cart after a committed change that did not reach the cache', async () => {
    const cache = cacheOn(redis);
    const deps = depsWith({ ...cache, begin: () => () => undefined });
    const userId = randomUUID();
    const first = await change(depsWith(cache), userId, () => ({ put: cartAt(1n).lines }));
    await kept(cache, userId, first);
    const second = await change(deps, userId, ({ lines }) => ({ remove: lines.map(({ productId }) => productId) }));
    expect(await readCart(depsWith(cache), { userId })).toEqual(second);
  });

  it('serves the cart as it was after a change that was rolled back', async () => {
    const cache = cacheOn(redis);
    const deps = depsWith(cache);
    const userId = randomUUID();
    const cart = await change(deps, userId, () => ({ put: cartAt(1n).lines }));
    await expect(
      deps.repository.transaction(async () => {
        await cache.fence(userId, cart.version + 1n);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await readCart(deps, { userId })).toEqual(cart);
  });

  it('never serves a cart older than the last commit before the read, with two processes and parallel changes', async () => {
    const second = await connect();
    const processes = [depsWith(cacheOn(redis)), depsWith(cacheOn(second))] as const;
    const userId = randomUUID();
    const { productId } = suite.newProduct();
    const seen = { committed: 0n, behind: 0 };
    const write = async (deps: CartDeps) => {
      for (let count = 0; count < 15; count++) {
        const { version } = await patiently(() => addItem(deps, { userId, productId, quantity: 1 }));
        if (version > seen.committed) seen.committed = version;
      }
    };
    const read = async (deps: CartDeps) => {
      while (seen.committed < 30n) {
        const least = seen.committed;
        const { version } = await getCart(deps, { userId, fresh: false });
        if (version < least) seen.behind += 1;
      }
    };
    await Promise.all([...processes.map(write), ...processes.map(read)]);
    second.disconnect();
    expect(seen.behind).toBe(0);
    expect(await getCart(processes[0], { userId, fresh: false })).toMatchObject({
      version: 30n,
      lines: [{ quantity: 30 }],
    });
  });

  it('after a change that could not be fenced serves nothing from before it, even when Redis is back', async () => {
    let nowMs = 1_000_000;
    const client = await connect();
    const cache = cacheOn(client, { now: () => nowMs });
    // Without a repetition of the fence, the old cart stays in Redis.
    cache.stop();
    const deps = depsWith(cache);
    const userId = randomUUID();
    const old = await change(deps, userId, () => ({ put: cartAt(1n).lines }));
    await kept(cache, userId, old);
    client.disconnect();
    const changed = await change(deps, userId, ({ lines }) => ({ remove: lines.map((line) => line.productId) }));
    await client.connect();
    nowMs += 2000;
    expect(await readCart(deps, { userId })).toEqual(changed);
    // The statement runs 5 s at most; a cart from before it is kept 2 s later at most, and Redis answers within 10 s here.
    nowMs += ttlMs + 14_999;
    cache.begin()(userId, changed);
    await client.ping();
    expect(await cache.find(userId)).toBeUndefined();
    nowMs += 1;
    await kept(cache, userId, changed);
    client.disconnect();
  });

  it('keeps no cart while an order claims it, so that every process shows the end of the order (rule S37)', async () => {
    const second = await connect();
    const [here, there] = [depsWith(cacheOn(redis)), depsWith(cacheOn(second))];
    const userId = randomUUID();
    const { productId } = suite.newProduct();
    for (let round = 0; round < 5; round++) {
      const { version } = await addItem(here, { userId, productId, quantity: 1 });
      const keep = there.cache.begin();
      const late = await here.repository.findCart(userId);
      await kept(there.cache, userId, late);
      const orderId = randomUUID();
      await claimCart(here, { orderId, userId, cartVersion: version, ttlSeconds: 900 });
      // One reader read the cart before the claim and keeps it only now; another reads it while it is claimed.
      keep(userId, late);
      expect((await getCart(there, { userId, fresh: false })).lines).toHaveLength(1);
      await second.ping();
      suite.ends.set(orderId, 'COMPLETED');
      expect((await getCart(there, { userId, fresh: false })).lines).toEqual([]);
      expect((await getCart(here, { userId, fresh: false })).lines).toEqual([]);
    }
    second.disconnect();
  });

  it('keeps no cart that was changed while an order claimed it', async () => {
    const deps = depsWith(cacheOn(redis));
    const userId = randomUUID();
    const { productId } = suite.newProduct();
    const { version } = await addItem(deps, { userId, productId, quantity: 1 });
    const orderId = randomUUID();
    await claimCart(deps, { orderId, userId, cartVersion: version, ttlSeconds: 900 });
    await addItem(deps, { userId, productId, quantity: 2 });
    await afterPending();
    suite.ends.set(orderId, 'COMPLETED');
    expect(await getCart(deps, { userId, fresh: false })).toMatchObject({ lines: [{ quantity: 2 }] });
    await expect.poll(() => deps.cache.find(userId), { interval: 2 }).toMatchObject({ version: version + 2n });
  });

  it('without Redis answers everything from the database', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
    away.on('error', () => undefined);
    const deps = depsWith(cacheOn(away));
    const userId = randomUUID();
    const { productId } = suite.newProduct();
    await addItem(deps, { userId, productId, quantity: 2 });
    expect(await getCart(deps, { userId, fresh: false })).toMatchObject({
      version: 1n,
      lines: [{ productId, quantity: 2 }],
    });
  });

  it('does not ask Redis for a while after a slow answer, so that callers do not wait again', async () => {
    let asked = 0;
    const slow = Object.create(redis, {
      status: { value: 'ready' },
      hget: {
        value: () => {
          asked += 1;
          return new Promise(() => undefined);
        },
      },
    }) as Redis;
    const cache = cacheOn(slow, { answerWithinMs: 20, now: () => 1_000_000 });
    for (let count = 0; count < 5; count++) expect(await cache.find(randomUUID())).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('is not read by a call that asks for a fresh cart', async () => {
    const cache = cacheOn(redis);
    const deps = depsWith(cache);
    const userId = randomUUID();
    await kept(cache, userId, cartAt(7n));
    expect((await getCart(deps, { userId, fresh: false })).version).toBe(7n);
    expect((await getCart(deps, { userId, fresh: true })).version).toBe(0n);
  });
});
