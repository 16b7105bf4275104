import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StockService } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { raw, type RawCall } from '../../platform/testing/raw-http.ts';
import { connectTestRedis } from '../../platform/testing/redis.ts';
import { createTestRpc } from '../../platform/testing/rpc.ts';
import { createProductsSuite, type ProductsSuite } from './testing/suite.ts';
import { lines } from './testing/stock.ts';

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.quit());

const admin = { userId: randomUUID(), roles: ['admin'] };
const product = z.object({ productId: z.string(), name: z.string(), availableQuantity: z.number() });
const answers = z.object({
  product: product.optional(),
  products: z.array(product).optional(),
  categories: z.array(z.object({ name: z.string(), productCount: z.number() })).optional(),
});

/** A process on the suite's database. */
async function serve({ service }: Pick<ProductsSuite, 'service'>) {
  const rpc = await createTestRpc([service]);
  const { http } = await rpc.server.start();
  const token = await rpc.auth.tokenOf(admin);
  const call = (path: string, options: RawCall = {}) => raw(`${http}${path}`, options);
  const write = async (method: string, path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { status } = await call(path, { method, headers, body: JSON.stringify(body) });
    expect(status).toBe(200);
  };
  return { rpc, call, write, get: async (path: string) => answers.parse(JSON.parse(String((await call(path)).bytes))) };
}

describe.each<[string, Parameters<typeof createProductsSuite>[0]]>([
  ['without Redis', { env: { PRODUCTS_CATALOG_CACHE_MS: '900' } }],
  ['with Redis', { redis, env: { PRODUCTS_CATALOG_CACHE_MS: '900' } }],
  ['without a cache', { env: { PRODUCTS_CATALOG_CACHE_MS: '0' } }],
])('%s', (_, options) => {
  let suite: ProductsSuite;
  let process: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    suite = await createProductsSuite(options);
    process = await serve(suite);
  });
  afterAll(async () => {
    await process.rpc.server.stop();
    await suite.database.close();
  });

  /** Reads often enough that answers are repeated. */
  async function readAll(productId: string, category: string) {
    for (let time = 0; time < 3; time++) {
      await process.get(`/api/v1/products/${productId}`);
      await process.get(`/api/v1/products?category=${category}`);
      await process.get('/api/v1/categories');
    }
  }

  test('a process shows its own changes immediately', async () => {
    const category = randomUUID();
    const { productId } = await suite.addProduct({ category, availableQuantity: 10 });
    const path = `/api/v1/products/${productId}`;
    const listed = async () => (await process.get(`/api/v1/products?category=${category}`)).products;
    for (let time = 1; time <= 10; time++) {
      await readAll(productId, category);
      await process.write('PATCH', path, { product: { name: `name ${time}` }, updateMask: 'name' });
      expect((await process.get(path)).product?.name).toBe(`name ${time}`);
      expect((await listed())?.[0]?.name).toBe(`name ${time}`);
      await readAll(productId, category);
      await process.write('POST', `${path}:adjustStock`, { delta: 1, requestId: randomUUID() });
      expect((await process.get(path)).product?.availableQuantity).toBe(10 + time);
      expect((await listed())?.[0]?.availableQuantity).toBe(10 + time);
    }
    await suite.products.deleteProduct({ productId });
    expect((await process.call(path)).status).toBe(404);
    expect(await listed()).toEqual([]);
    expect((await process.get('/api/v1/categories')).categories?.map(({ name }) => name)).not.toContain(category);
  });

  test('a product shows what an order has reserved immediately', async () => {
    const thing = await suite.addProduct({ availableQuantity: 10 });
    const stock = process.rpc.connect(StockService, { as: 'worker' });
    for (let time = 1; time <= 5; time++) {
      await readAll(thing.productId, '');
      await stock.reserve({ orderId: randomUUID(), lines: lines([thing, 1]), ttlSeconds: 900 });
      const { product: seen } = await process.get(`/api/v1/products/${thing.productId}`);
      expect(seen?.availableQuantity).toBe(10 - time);
    }
  });

  test('a process shows the changes of another one when its own answer is too old', async () => {
    const { productId } = await suite.addProduct({ category: 'elsewhere' });
    const other = await serve(suite.build());
    await readAll(productId, 'elsewhere');
    await other.write('PATCH', `/api/v1/products/${productId}`, { product: { name: 'new' }, updateMask: 'name' });
    const names = async () => [
      (await process.get(`/api/v1/products/${productId}`)).product?.name,
      (await process.get('/api/v1/products?category=elsewhere')).products?.[0]?.name,
    ];
    await expect.poll(names, { timeout: 10_000 }).toEqual(['new', 'new']);
    await other.rpc.server.stop();
  });

  test('an answer keeps its ETag for as long as nothing has changed, however often it was read again', async () => {
    const category = randomUUID();
    const { productId } = await suite.addProduct({ category });
    const paths = [`/api/v1/products/${productId}`, `/api/v1/products?category=${category}`];
    for (const path of paths) {
      const { etag = '' } = (await process.call(path)).headers;
      // Another product changes, so everything is read again.
      await suite.addProduct();
      const again = await process.call(path, { headers: { 'if-none-match': etag } });
      expect([again.status, again.headers.etag]).toEqual([304, etag]);
      await suite.products.adjustStock({ productId, delta: 1, requestId: randomUUID() });
      expect((await process.call(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    }
  });
});

test('a process with a cache answers every request as one without', async () => {
  const suite = await createProductsSuite({ env: { PRODUCTS_CATALOG_CACHE_MS: '900' } });
  const added = [];
  for (const name of ['a', 'b', 'c']) added.push(await suite.addProduct({ name, category: name, sku: name }));
  const first = added[0]?.productId ?? '';
  const cached = await serve(suite);
  const plain = await serve(suite.build({ PRODUCTS_CATALOG_CACHE_MS: '0' }));
  const value = fc.constantFrom('', 'a', 'b', '1', '0', '-1', '200', '%00', 'price', 'price desc', 'true', first);
  const name = fc.constantFrom('query', 'category', 'page_size', 'pageSize', 'order_by', 'in_stock', 'nonsense');
  const path = fc.oneof(
    fc.array(fc.tuple(name, value), { maxLength: 3 }).map((parts) => {
      return `/api/v1/products?${parts.map(([key, text]) => `${key}=${encodeURI(text)}`).join('&')}`;
    }),
    fc.constantFrom(first, first.toUpperCase(), randomUUID(), 'x').map((id) => `/api/v1/products/${id}`),
    fc.constant('/api/v1/categories'),
  );
  const seen = async ({ call }: Pick<typeof cached, 'call'>, at: string) => {
    const headers = { 'x-request-id': 'request-1' };
    const {
      status,
      headers: { date: _, ...others },
      bytes,
    } = await call(at, { headers });
    return { status, others, body: String(bytes) };
  };
  await fc.assert(
    fc.asyncProperty(path, async (at) => {
      const expected = await seen(plain, at);
      for (let time = 0; time < 3; time++) expect(await seen(cached, at)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  await Promise.all([cached.rpc.server.stop(), plain.rpc.server.stop()]);
  await suite.database.close();
});
