import type { MessageInitShape } from '@bufbuild/protobuf';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportOutcome, ProductSchema } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { createRedisStore } from '../adapters/cache-store.ts';
import { detailNames, productRecord } from '../domain/product.ts';
import type { ProductDetails } from '../domain/types.ts';
import { exampleDetails } from '../testing/product.ts';
import { createProductsSuite, type ProductsSuite } from '../testing/suite.ts';

// These tests fail if a field was added to a product and a place was forgotten; docs/contributing.md lists the places.

const redisUrl = process.env.REDIS_URL;
if (redisUrl === undefined) throw new Error('REDIS_URL is not set: run the tests with `npm test`');
const redis = new Redis(redisUrl, { keyPrefix: `test-${randomUUID()}:` });

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite({ redis, env: { PRODUCTS_CATALOG_CACHE_MS: '900' } });
});
afterAll(async () => {
  await app.database.close();
  await redis.quit();
});

const pathOf = (name: keyof ProductDetails) => ProductSchema.field[name].name;

async function create(details: ProductDetails) {
  const request = { product: { ...details, availableQuantity: 7 }, requestId: randomUUID() };
  const { product } = await app.products.createProduct(request);
  if (product === undefined) throw new Error('no product in the answer');
  return { product, request };
}

/** The product as it is stored, read by a new replica with an empty cache. */
async function stored(productId: string) {
  return (await app.build().products.getProduct({ productId })).product;
}

async function importRow(product: MessageInitShape<typeof ProductSchema>, ...paths: string[]) {
  const row = paths.length === 0 ? { product } : { product, updateMask: { paths } };
  const { results } = await app.products.importProducts({ rows: [row] });
  return results[0] ?? { outcome: ImportOutcome.UNSPECIFIED, productId: '' };
}

test('every detail of a new product is in the answer and in every read', async () => {
  const details = exampleDetails(1);
  const { product } = await create(details);
  expect(product).toMatchObject(details);
  const { productId } = product;
  expect((await app.products.getProduct({ productId })).product).toEqual(product);
  expect((await app.products.batchGetProducts({ productIds: [productId] })).products).toEqual([product]);
  expect((await app.products.listProducts({ category: details.category })).products).toContainEqual(product);
});

test('every detail is in the stored answers that repeats get', async () => {
  const details = exampleDetails(1);
  const { product, request } = await create(details);
  expect((await app.products.createProduct(request)).product).toEqual(product);
  const adjustment = { productId: product.productId, delta: 1, requestId: randomUUID() };
  for (let time = 0; time < 2; time++) {
    expect((await app.products.adjustStock(adjustment)).product).toMatchObject(details);
  }
});

describe.each(detailNames)('%s', (name) => {
  test('is changed by a mask that names it, and no other detail is', async () => {
    const [before, after] = [exampleDetails(1), exampleDetails(2)];
    const { productId } = (await create(before)).product;
    await app.products.updateProduct({
      product: { ...after, productId },
      updateMask: { paths: [pathOf(name)] },
    });
    expect(await stored(productId)).toMatchObject({ ...before, [name]: after[name] });
  });

  test('is changed without a mask if it has a value, and no other detail is', async () => {
    const [before, after] = [exampleDetails(1), exampleDetails(2)];
    const { productId } = (await create(before)).product;
    await app.products.updateProduct({ product: { productId, [name]: after[name] } });
    expect(await stored(productId)).toMatchObject({ ...before, [name]: after[name] });
  });
});

describe('an import', () => {
  test('sets every detail of a new product, and finds nothing to change the second time', async () => {
    const details = exampleDetails(1);
    const { outcome, productId } = await importRow(details);
    expect(outcome).toBe(ImportOutcome.CREATED);
    expect(await stored(productId)).toMatchObject(details);
    expect((await importRow(details, '*')).outcome).toBe(ImportOutcome.UNCHANGED);
  });

  test.each(detailNames.filter((name) => name !== 'sku'))(
    'sees that %s changes, and changes nothing else',
    async (name) => {
      const before = exampleDetails(1);
      const after = { ...exampleDetails(2), sku: before.sku };
      const { productId } = (await create(before)).product;
      expect((await importRow(after, pathOf(name))).outcome).toBe(ImportOutcome.UPDATED);
      expect(await stored(productId)).toMatchObject({ ...before, [name]: after[name] });
    },
  );
});

describe('the cache on Redis', () => {
  test('returns every field of a product as it was', async () => {
    const { productId } = (await create(exampleDetails(1))).product;
    const store = createRedisStore({ redis, registry: new Registry(), logger: pino({ level: 'silent' }) });
    const kept = async () => {
      await stored(productId);
      return (await store.read([productId])).found.map(({ value }) => value);
    };
    const [read] = await app.deps.repository.findProducts([productId]);
    await expect.poll(kept).toEqual([read]);
  });

  // If this fails, raise the number in `keyOf` of cache-store.ts by one. Then change the number and the list here.
  test('has another key for another shape of the entry, because two releases may share one Redis', async () => {
    const { productId } = (await create(exampleDetails(1))).product;
    await stored(productId);
    await expect.poll(() => redis.exists(`products:item:2:${productId}`)).toBe(1);
    const fields = 'sku name description category price imageUrl attributes productId availableQuantity version';
    expect(Object.keys(productRecord.shape)).toEqual([...fields.split(' '), 'createTime', 'updateTime']);
  });
});
