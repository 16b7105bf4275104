import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectTestRedis, openTroubledRedis, type RedisTrouble } from '../../../platform/testing/redis.ts';
import { toRecord } from '../domain/product.ts';
import { exampleProduct } from '../testing/product.ts';
import { createProductsSuite } from '../testing/suite.ts';
import { createRedisStore, keyOf } from './cache-store.ts';
import { createCatalogCache, type CatalogCacheOptions } from './cache.ts';

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.quit());

const logger = pino({ level: 'silent' });

/** A database of one product, with a clock and a count of its reads. */
function createWorld(options: Partial<CatalogCacheOptions> = {}) {
  const id = randomUUID();
  const world = { id, nowMs: 1_000_000, price: 1n, reads: 0, delay: Promise.resolve() };
  const build = (more: Partial<CatalogCacheOptions> = {}) =>
    createCatalogCache({ maxAgeMs: 900, now: () => world.nowMs, ...options, ...more });
  const read = async (cache: ReturnType<typeof build>): Promise<bigint | undefined> => {
    const found = await cache.products([id], async () => {
      world.reads += 1;
      const product = exampleProduct({ productId: id, price: { currencyCode: 'USD', minorUnits: world.price } });
      await world.delay;
      return [product];
    });
    return found.get(id)?.price.minorUnits;
  };
  return { world, build, read };
}

describe('in the process', () => {
  test('if a read of several products fails, its caller gets the error, and no rejection stays uncaught', async () => {
    const uncaught: unknown[] = [];
    const note = (reason: unknown) => uncaught.push(reason);
    process.on('unhandledRejection', note);
    const cache = createCatalogCache({ maxAgeMs: 900 });
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const reading = cache.products(ids, () => Promise.reject(new Error('the database is away')));
    await expect(reading).rejects.toThrow('the database is away');
    // Node reports uncaught rejections when the queue of promises is empty.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(uncaught).toEqual([]);
  });

  test('a hundred readers at the same time cost one read of the database', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    const answers = await Promise.all(Array.from({ length: 100 }, () => read(cache)));
    expect(new Set(answers)).toEqual(new Set([1n]));
    expect(world.reads).toBe(1);
  });

  test('an answer is at most 900 ms old, counted from the begin of its read', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    await read(cache);
    world.price = 2n;
    world.nowMs += 899;
    expect(await read(cache)).toBe(1n);
    world.nowMs += 1;
    expect(await read(cache)).toBe(2n);
  });

  test('the clock of the machine, set back, makes no answer older', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { world, read } = createWorld();
    const cache = createCatalogCache({ maxAgeMs: 900 });
    await read(cache);
    world.price = 2n;
    vi.setSystemTime(Date.now() - 60_000);
    await expect.poll(() => read(cache), { timeout: 20_000 }).toBe(2n);
  });

  test('after a change its process answers the new state immediately', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    await read(cache);
    world.price = 2n;
    cache.catalogChanged([world.id]);
    expect(await read(cache)).toBe(2n);
  });

  test('a read that began before a change is neither shared nor kept after it', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    const delay = Promise.withResolvers<void>();
    world.delay = delay.promise;
    const early = read(cache);
    await expect.poll(() => world.reads).toBe(1);
    world.price = 2n;
    cache.stockChanged([world.id]);
    const late = read(cache);
    delay.resolve();
    expect(await early).toBe(1n);
    expect(await late).toBe(2n);
    expect(await read(cache)).toBe(2n);
  });

  test('at hand is what a read would find without waiting: not too old, not changed, and always the same object', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    const page = { products: [], nextPageToken: '' };
    const readAll = () =>
      Promise.all([read(cache), cache.page('key', async () => page), cache.categories(async () => [])]);
    const atHand = () => [
      cache.atHand.product(world.id)?.price.minorUnits,
      cache.atHand.page('key'),
      cache.atHand.categories(),
    ];
    const nothing = [undefined, undefined, undefined];
    expect(atHand()).toEqual(nothing);
    await readAll();
    expect(atHand()).toEqual([1n, page, []]);
    expect(cache.atHand.page('key')).toBe(page);
    expect(cache.atHand.page('other')).toBeUndefined();
    world.nowMs += 899;
    expect(atHand()).toEqual([1n, page, []]);
    world.nowMs += 1;
    expect(atHand()).toEqual(nothing);
    await readAll();
    cache.stockChanged([world.id]);
    expect(atHand()).toEqual([undefined, page, []]);
    await readAll();
    cache.catalogChanged([world.id]);
    expect(atHand()).toEqual(nothing);
  });

  test('a cache that is off has nothing at hand', async () => {
    const { world, build, read } = createWorld({ maxAgeMs: 0 });
    const cache = build();
    await Promise.all([read(cache), cache.page('key', async () => ({ products: [], nextPageToken: '' }))]);
    expect([cache.atHand.product(world.id), cache.atHand.page('key')]).toEqual([undefined, undefined]);
  });

  test('a failed read fails all callers that waited for it, and the next caller reads again', async () => {
    const { world, build, read } = createWorld();
    const cache = build();
    world.delay = Promise.reject(new Error('the database is away'));
    const answers = await Promise.allSettled([read(cache), read(cache)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    world.delay = Promise.resolve();
    expect(await read(cache)).toBe(1n);
  });

  test('a list is read once for many callers, and again after a change of the catalog', async () => {
    const cache = createCatalogCache({ maxAgeMs: 900 });
    let reads = 0;
    const list = () =>
      cache.page('key', async () => {
        reads += 1;
        return { products: [], nextPageToken: '' };
      });
    await Promise.all(Array.from({ length: 100 }, list));
    expect(reads).toBe(1);
    cache.catalogChanged([]);
    await list();
    expect(reads).toBe(2);
  });
});

describe('on Redis', () => {
  const store = createRedisStore({ redis, registry: new Registry(), logger });
  const stores = (options: Partial<CatalogCacheOptions> = {}) => createWorld({ store, ...options });

  /** Puts the product as it was `ageMs` ago into Redis, where it stays for a minute. */
  async function putAged({ id, price }: { readonly id: string; readonly price: bigint }, ageMs: number): Promise<void> {
    const [seconds, microseconds] = (await redis.time()).map(Number);
    const readAtMs = (seconds ?? 0) * 1000 + Math.floor((microseconds ?? 0) / 1000) - ageMs;
    const value = toRecord(exampleProduct({ productId: id, price: { currencyCode: 'USD', minorUnits: price } }));
    await redis.set(keyOf(id), JSON.stringify({ readAtMs, value }), 'PX', 60_000);
  }

  test('a product that one process has read is not read again by another', async () => {
    const { world, build, read } = stores();
    await read(build());
    await expect.poll(() => redis.exists(keyOf(world.id))).toBe(1);
    expect(await read(build())).toBe(1n);
    expect(world.reads).toBe(1);
  });

  test('the ages of the tiers do not add up', async () => {
    const { world, build, read } = stores({ maxAgeMs: 60_000 });
    await putAged(world, 30_000);
    const cache = build();
    expect(await read(cache)).toBe(1n);
    await redis.del(keyOf(world.id));
    world.price = 2n;
    expect(await read(cache)).toBe(1n);
    world.nowMs += 30_000;
    expect(await read(cache)).toBe(2n);
  });

  test('an entry that a process with another clock has stored makes no answer older', async () => {
    const { world, build, read } = stores();
    await read(build({ now: () => world.nowMs + 3000 }));
    await expect.poll(() => redis.exists(keyOf(world.id))).toBe(1);
    const other = build();
    expect(await read(other)).toBe(1n);
    await redis.del(keyOf(world.id));
    world.price = 2n;
    world.nowMs += 900;
    expect(await read(other)).toBe(2n);
  });

  test.each([
    ['older than this process may show it', 60_000],
    ['of the future, because the clock of Redis was set back', -60_000],
  ])('an entry that is %s is not shown', async (_, ageMs) => {
    const { world, build, read } = stores();
    await putAged(world, ageMs);
    world.price = 2n;
    expect(await read(build())).toBe(2n);
  });

  test('an entry that was long on its way to Redis does not stay longer', async () => {
    const { world } = stores();
    const { keep } = await store.read([world.id]);
    const product = exampleProduct({ productId: world.id });
    keep([product], 60_000);
    const text = await redis.get(keyOf(world.id));
    const { readAtMs } = JSON.parse(text ?? '{}') as { readAtMs: number };
    expect(await redis.pexpiretime(keyOf(world.id))).toBe(readAtMs + 60_000);
    keep([product], -1);
    expect(await redis.exists(keyOf(world.id))).toBe(0);
  });

  test('a change also drops the entry on Redis', async () => {
    const { world, build, read } = stores();
    const cache = build();
    await read(cache);
    await expect.poll(() => redis.exists(keyOf(world.id))).toBe(1);
    world.price = 2n;
    cache.catalogChanged([world.id]);
    expect(await read(build())).toBe(2n);
  });

  test('entries expire within a second', async () => {
    const { world, build, read } = stores();
    await read(build());
    await expect.poll(() => redis.pttl(keyOf(world.id))).toBeGreaterThan(0);
    expect(await redis.pttl(keyOf(world.id))).toBeLessThanOrEqual(900);
  });

  test('everything still answers if Redis is unavailable or has a broken entry', async () => {
    const away = new Redis('redis://127.0.0.1:1', { lazyConnect: true, retryStrategy: () => null });
    away.on('error', () => undefined);
    await away.connect().catch(() => undefined);
    const app = await createProductsSuite({ redis: away, env: { PRODUCTS_CATALOG_CACHE_MS: '900' } });
    const { productId } = await app.addProduct();
    expect(await app.available(productId)).toBe(100);
    await app.database.close();

    const { world, build, read } = stores();
    await redis.set(keyOf(world.id), 'nonsense', 'PX', 60_000);
    expect(await read(build())).toBe(1n);
  });

  test.each(['away', 'hangs'] satisfies RedisTrouble[])(
    'a read without Redis (%s) is counted as a failure of Redis',
    async (trouble) => {
      const { redis: troubled, registry, failures, close } = await openTroubledRedis(trouble);
      const { build, read } = createWorld({ store: createRedisStore({ redis: troubled, registry, logger }) });
      expect(await read(build())).toBe(1n);
      expect(await failures()).toBeGreaterThan(0);
      await close();
    },
  );
});

test('through the service, a reader sees every change after its answer', async () => {
  const app = await createProductsSuite({ redis, env: { PRODUCTS_CATALOG_CACHE_MS: '900' } });
  const { productId } = await app.addProduct({ availableQuantity: 10 });
  for (let price = 1n; price <= 20n; price++) {
    const unitPrice = { currencyCode: 'USD', minorUnits: price };
    await Promise.all([
      app.products.updateProduct({ product: { productId, price: unitPrice } }),
      app.products.getProduct({ productId }),
      app.products.listProducts({}),
    ]);
    expect((await app.products.getProduct({ productId })).product?.price?.minorUnits).toBe(price);
    expect((await app.products.listProducts({})).products[0]?.price?.minorUnits).toBe(price);
    await app.products.adjustStock({ productId, delta: 1, requestId: randomUUID() });
    expect(await app.available(productId)).toBe(10 + Number(price));
  }
  await app.database.close();
});
