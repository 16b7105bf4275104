import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { createProductsSuite, refusal, type ProductsSuite, usd } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

async function movements(productId: string) {
  const { rows } = await app.database.db.execute(
    sql`select kind, delta, note from products.stock_movements where product_id = ${productId} order by id`,
  );
  return rows;
}

describe('create', () => {
  test('answers the product, and books its opening stock as a movement', async () => {
    const sku = `sku-${randomUUID()}`;
    const fields = {
      sku,
      name: 'Lamp',
      description: 'Bright',
      category: 'home',
      imageUrl: 'https://example.com/lamp.png',
    };
    const { product } = await app.products.createProduct({
      product: { ...fields, price: usd(1999n), availableQuantity: 7, attributes: { color: 'red' } },
      requestId: randomUUID(),
    });
    expect(product).toMatchObject({ ...fields, price: usd(1999n), availableQuantity: 7, attributes: { color: 'red' } });
    expect(product?.etag).not.toBe('');
    expect(await movements(product?.productId ?? '')).toMatchObject([{ kind: 'opening', delta: 7 }]);
    const read = await app.products.getProduct({ productId: product?.productId ?? '' });
    expect(read.product).toEqual(product);
  });

  test('with a repeated request id creates one product, also at the same time', async () => {
    const requestId = randomUUID();
    const product = { sku: `sku-${randomUUID()}`, name: 'Lamp', price: usd(1n), availableQuantity: 3 };
    const attempts = Array.from({ length: 5 }, () => app.products.createProduct({ product, requestId }));
    const answers = await Promise.all(attempts);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const other = app.products.createProduct({ product: { ...product, name: 'Chair' }, requestId });
    expect(await refusal(other)).toBe('invalid_argument REQUEST_ID_REUSED');
  });

  test('refuses a SKU that another product has; a deleted product frees its', async () => {
    const { sku, productId } = await app.addProduct();
    expect(await refusal(app.addProduct({ sku }))).toBe('already_exists SKU_TAKEN');
    await app.products.deleteProduct({ productId });
    expect(await refusal(app.addProduct({ sku }))).toBe('ok');
  });

  test.each(['UDS', 'ZZZ', 'XXX', 'XAU'])('refuses a price in %s', async (currencyCode) => {
    const price = { currencyCode, minorUnits: 1n };
    const product = { sku: randomUUID(), name: 'Lamp', price };
    const call = app.products.createProduct({ product, requestId: randomUUID() });
    expect(await refusal(call)).toBe('invalid_argument INVALID_PRODUCT');
    const { productId } = await app.addProduct();
    const change = app.products.updateProduct({ product: { productId, price }, updateMask: { paths: ['price'] } });
    expect(await refusal(change)).toBe('invalid_argument INVALID_PRODUCT');
  });

  test('shows and renames a product whose currency has been withdrawn', async () => {
    const { productId } = await app.addProduct();
    await app.database.db.execute(sql`update products.products set currency_code = 'BGN' where id = ${productId}`);
    const change = { product: { productId, name: 'Old lamp' }, updateMask: { paths: ['name'] } };
    const { product } = await app.products.updateProduct(change);
    expect(product).toMatchObject({ name: 'Old lamp', price: { currencyCode: 'BGN' } });
  });

  test('refuses an image_url that is not a web address', async () => {
    const product = { sku: randomUUID(), name: 'Lamp', price: usd(1n), imageUrl: 'javascript:alert(1)' };
    const call = app.products.createProduct({ product, requestId: randomUUID() });
    expect(await refusal(call)).toBe('invalid_argument VALIDATION_FAILED');
    const { productId } = await app.addProduct();
    const change = app.products.updateProduct({ product: { productId, imageUrl: product.imageUrl } });
    expect(await refusal(change)).toBe('invalid_argument INVALID_PRODUCT');
  });
});

describe('update', () => {
  test('changes the fields in the mask and nothing else', async () => {
    const { productId, ...before } = await app.addProduct({ description: 'Old', category: 'home' });
    const { product } = await app.products.updateProduct({
      product: { productId, name: 'New', description: '', price: usd(5n) },
      updateMask: { paths: ['name', 'description'] },
    });
    expect(product).toMatchObject({ name: 'New', description: '', category: 'home', price: before.price });
    expect(product?.etag).not.toBe(before.etag);
  });

  test('without a mask changes the fields that have a value', async () => {
    const { productId } = await app.addProduct({ description: 'Old', category: 'home' });
    const change = { productId, name: 'New', price: usd(5n), attributes: { size: 'L' } };
    const { product } = await app.products.updateProduct({ product: change });
    expect(product).toMatchObject({ ...change, description: 'Old', category: 'home' });
  });

  test('refuses paths that can’t be set, and empty names and prices', async () => {
    const { productId } = await app.addProduct();
    for (const path of ['available_quantity', 'etag', 'nonsense', 'price.minor_units', 'constructor']) {
      const call = app.products.updateProduct({ product: { productId }, updateMask: { paths: [path] } });
      expect(await refusal(call)).toMatch(/^invalid_argument (?:VALIDATION_FAILED|INVALID_FIELD_MASK)$/);
    }
    for (const path of ['name', 'sku', 'price']) {
      const call = app.products.updateProduct({ product: { productId }, updateMask: { paths: [path] } });
      expect(await refusal(call)).toBe('invalid_argument INVALID_PRODUCT');
    }
    const free = app.products.updateProduct({
      product: { productId, price: usd(0n) },
      updateMask: { paths: ['price'] },
    });
    expect(await refusal(free)).toBe('invalid_argument INVALID_PRODUCT');
  });

  test('with an old etag is refused: of two callers with the same etag, one succeeds', async () => {
    const { productId, etag } = await app.addProduct();
    const write = (name: string) => refusal(app.products.updateProduct({ product: { productId, name, etag } }));
    const answers = await Promise.all([write('One'), write('Two')]);
    expect(answers.sort()).toEqual(['aborted ETAG_MISMATCH', 'ok']);
    expect(await refusal(app.products.deleteProduct({ productId, etag }))).toBe('aborted ETAG_MISMATCH');
  });

  test('a change of the stock does not change the etag', async () => {
    const { productId, etag } = await app.addProduct();
    await app.products.adjustStock({ productId, delta: 5, requestId: randomUUID() });
    expect(await refusal(app.products.updateProduct({ product: { productId, name: 'New', etag } }))).toBe('ok');
  });

  test('refuses a SKU that another product has', async () => {
    const [one, two] = [await app.addProduct(), await app.addProduct()];
    const call = app.products.updateProduct({ product: { productId: two.productId, sku: one.sku } });
    expect(await refusal(call)).toBe('already_exists SKU_TAKEN');
  });
});

describe('delete', () => {
  test('removes a product from reads and lists, and a repeat is refused', async () => {
    const category = randomUUID();
    const { productId } = await app.addProduct({ category });
    await app.products.deleteProduct({ productId });
    const missing = 'not_found PRODUCT_NOT_FOUND';
    expect(await refusal(app.products.getProduct({ productId }))).toBe(missing);
    expect(await refusal(app.products.deleteProduct({ productId }))).toBe(missing);
    expect(await refusal(app.products.updateProduct({ product: { productId, name: 'x' } }))).toBe(missing);
    expect(await refusal(app.products.adjustStock({ productId, delta: 1, requestId: randomUUID() }))).toBe(missing);
    expect((await app.products.listProducts({ category })).products).toEqual([]);
    expect((await app.products.batchGetProducts({ productIds: [productId] })).products).toEqual([]);
  });

  test('leaves reservations as they are', async () => {
    const { productId, price } = await app.addProduct({ availableQuantity: 1 });
    const orderId = randomUUID();
    const lines = [{ productId, quantity: 1, unitPrice: usd(price?.minorUnits ?? 0n) }];
    await app.stock.reserve({ orderId, lines, ttlSeconds: 900 });
    await app.products.deleteProduct({ productId });
    expect(await refusal(app.stock.commit({ orderId }))).toBe('ok');
    expect((await app.stock.restock({ orderId })).restocked).toBe(true);
  });
});

describe('adjustStock', () => {
  test('books one movement for a request id, also at the same time', async () => {
    const { productId } = await app.addProduct({ availableQuantity: 5 });
    const request = { productId, delta: 3, requestId: randomUUID(), note: 'delivery' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.products.adjustStock(request)));
    expect(answers.map(({ product }) => product?.availableQuantity)).toEqual([8, 8, 8, 8, 8]);
    expect(await movements(productId)).toMatchObject([{ delta: 5 }, { kind: 'adjust', delta: 3, note: 'delivery' }]);
    await app.products.adjustStock({ ...request, requestId: randomUUID() });
    expect((await app.products.adjustStock(request)).product?.availableQuantity).toBe(8);
    expect(await app.available(productId)).toBe(11);
  });

  test('does not take out pieces that orders have reserved', async () => {
    const { productId, price } = await app.addProduct({ availableQuantity: 5 });
    const lines = [{ productId, quantity: 4, unitPrice: usd(price?.minorUnits ?? 0n) }];
    await app.stock.reserve({ orderId: randomUUID(), lines, ttlSeconds: 900 });
    const request = { productId, delta: -2, requestId: randomUUID() };
    const error = await app.products.adjustStock(request).then(() => undefined, fromConnectError);
    expect(error).toMatchObject({ reason: 'OUT_OF_STOCK', metadata: { productId, requested: '2', available: '1' } });
    await app.products.adjustStock({ productId, delta: 1, requestId: randomUUID() });
    expect(await refusal(app.products.adjustStock(request))).toBe('ok');
  });

  test('keeps within the contract’s bound', async () => {
    const { productId } = await app.addProduct({ availableQuantity: 1_000_000_000 });
    const call = app.products.adjustStock({ productId, delta: 1, requestId: randomUUID() });
    expect(await refusal(call)).toBe('invalid_argument STOCK_LIMIT');
  });
});

describe('batchGet', () => {
  test('answers in the order of the ids, each product once, without unknown ids, and accepts capitals', async () => {
    const [a, b, c] = [await app.addProduct(), await app.addProduct(), await app.addProduct()];
    const productIds = [c.productId, randomUUID(), a.productId.toUpperCase(), b.productId, c.productId];
    const { products } = await app.products.batchGetProducts({ productIds });
    expect(products).toEqual([c, a, b]);
  });
});
