import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportOutcome } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { createProductsSuite, refusal, type ProductsSuite, usd } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

const refused = expect.stringMatching(/^invalid_argument (?:VALIDATION_FAILED|INVALID_PRODUCT)$/);
const newSku = () => `sku-${randomUUID()}`;

async function imported(product: { sku: string; name?: string; category?: string; imageUrl?: string }) {
  const { results } = await app.products.importProducts({ rows: [{ product: { ...product, price: usd(1n) } }] });
  return results[0];
}

describe('a text that nobody can see', () => {
  test.each([
    ' ',
    '\u00a0',
    '\u200b',
    '\u3000',
    '\u2800',
    '\ufeff',
    '\u3164',
    '\u00ad',
    '\u115f\u1160',
    '\uffa0 \u2060',
  ])('is refused as a name, a SKU and a category: %j', async (blank) => {
    const { productId } = await app.addProduct();
    for (const field of ['name', 'sku', 'category'] as const) {
      expect(await refusal(app.addProduct({ [field]: blank })), field).toEqual(refused);
      const change = app.products.updateProduct({ product: { productId, [field]: blank } });
      expect(await refusal(change), field).toEqual(refused);
      expect(await imported({ sku: newSku(), name: 'Lamp', [field]: blank }), field).toMatchObject({
        outcome: ImportOutcome.REFUSED,
        violations: [{ field }],
      });
    }
  });
});

describe('SKUs', () => {
  const [upper, spaced, decomposed, wide] = ['ÅB-1', '\u00a0 åb-1', 'A\u030ab\u200b-1', 'åｂ－１'];

  test('that differ by case, outer spaces, invisible characters or forms of Unicode are one SKU', async () => {
    const end = randomUUID();
    const product = await app.addProduct({ sku: `${upper}${end}` });
    for (const sku of [`${spaced}${end}\u3000`, `${decomposed}${end.toUpperCase()}`, `${wide}${end}`]) {
      expect(await refusal(app.addProduct({ sku })), sku).toBe('already_exists SKU_TAKEN');
      expect(await imported({ sku, name: 'New' }), sku).toMatchObject({ productId: product.productId });
      const other = await app.addProduct();
      const change = app.products.updateProduct({ product: { productId: other.productId, sku } });
      expect(await refusal(change), sku).toBe('already_exists SKU_TAKEN');
    }
    const { product: read } = await app.products.getProduct({ productId: product.productId });
    expect(read).toMatchObject({ sku: product.sku, name: 'New' });
    const own = { productId: product.productId, sku: ` ${product.sku.toLowerCase()}\t` };
    expect((await app.products.updateProduct({ product: own })).product?.sku).toBe(product.sku.toLowerCase());
  });

  test('are stored without what stands around them', async () => {
    const sku = newSku();
    expect((await app.addProduct({ sku: `\u200b ${sku}\u00a0` })).sku).toBe(sku);
    const second = newSku();
    const { productId = '' } = (await imported({ sku: ` ${second}`, name: 'x' })) ?? {};
    expect((await app.products.getProduct({ productId })).product?.sku).toBe(second);
  });

  test('that are the same come in one import one after the other, and at the same time make one product', async () => {
    const sku = newSku();
    const rows = [sku, sku.toUpperCase(), ` ${sku}`].map((each, index) => ({
      product: { sku: each, name: `Lamp ${index}`, price: usd(1n) },
      updateMask: { paths: ['sku', 'name', 'price'] },
    }));
    const dry = await app.products.importProducts({ rows, validateOnly: true });
    const { CREATED, UPDATED } = ImportOutcome;
    expect(dry.results.map(({ outcome }) => outcome)).toEqual([CREATED, UPDATED, UPDATED]);
    const all = await Promise.all(rows.map((row) => app.products.importProducts({ rows: [row] })));
    const results = all.flatMap((answer) => answer.results);
    expect(results.filter(({ outcome }) => outcome === CREATED)).toHaveLength(1);
    expect(new Set(results.map(({ productId }) => productId)).size).toBe(1);
  });
});

describe('the address of a picture', () => {
  test('may have apostrophes, brackets, underscores and Unicode, and is stored in ASCII', async () => {
    for (const [given, stored] of [
      ['https://my_cdn.example.com/it_is.png', 'https://my_cdn.example.com/it_is.png'],
      ["https://example.com/men's[1].png", 'https://example.com/men%27s%5B1%5D.png'],
      ['https://bücher.example/Größe.png', 'https://xn--bcher-kva.example/Gr%C3%B6%C3%9Fe.png'],
    ]) {
      const sku = newSku();
      const { results } = await app.products.importProducts({
        rows: [1, 2].map(() => ({ product: { sku, name: 'x', price: usd(1n), imageUrl: given ?? '' } })),
      });
      expect(results.map(({ outcome }) => outcome)).toEqual([ImportOutcome.CREATED, ImportOutcome.UNCHANGED]);
      const { product } = await app.products.createProduct({
        product: { sku: newSku(), name: 'x', price: usd(1n), imageUrl: given ?? '' },
        requestId: randomUUID(),
      });
      expect(product?.imageUrl).toBe(stored);
    }
  });

  test.each(['ftp://a/b', 'https://', 'https:///x', 'https://a/b c', 'https://a/"', 'https://u:p@a/', 'http://a/<b>'])(
    'is refused: %s',
    async (imageUrl) => {
      expect(await imported({ sku: newSku(), name: 'x', imageUrl })).toMatchObject({
        outcome: ImportOutcome.REFUSED,
        violations: [{ field: 'image_url' }],
      });
      const product = { sku: newSku(), name: 'x', price: usd(1n), imageUrl };
      const call = app.products.createProduct({ product, requestId: randomUUID() });
      expect(await refusal(call)).toBe('invalid_argument VALIDATION_FAILED');
    },
  );
});

test('too high a price and no price are told apart', async () => {
  const violationsOf = async (minorUnits: bigint) => {
    const product = { sku: newSku(), name: 'x', price: usd(minorUnits) };
    const error: unknown = await app.products
      .createProduct({ product, requestId: randomUUID() })
      .catch((e: unknown) => e);
    return fromConnectError(error)
      .violations.map(({ description }) => description)
      .join();
  };
  expect(await violationsOf(100_000_000_001n)).toBe('the price must be at most 100000000000 minor units');
  expect(await violationsOf(0n)).toBe('a product needs a price above zero');
  const { productId } = await app.addProduct();
  const changed = async (minorUnits: bigint) => {
    const product = { productId, price: usd(minorUnits) };
    const error: unknown = await app.products.updateProduct({ product }).catch((e: unknown) => e);
    return fromConnectError(error).violations;
  };
  expect(await changed(100_000_000_001n)).toMatchObject([{ description: 'must be at most 100000000000' }]);
  expect(await changed(-1n)).toMatchObject([{ field: 'product.price.minor_units', description: 'must be above zero' }]);
});
