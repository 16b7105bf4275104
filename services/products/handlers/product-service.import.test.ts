import type { MessageInitShape } from '@bufbuild/protobuf';
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ImportOutcome,
  type ImportProductsRowSchema,
  type ProductSchema,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { stockMovements } from '../schema.ts';
import { createProductsSuite, refusal, type ProductsSuite } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite({ env: { PRODUCTS_CATALOG_CACHE_MS: '900' } });
});
afterAll(() => app.database.close());

type Row = MessageInitShape<typeof ImportProductsRowSchema>;

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const newSku = () => `sku-${randomUUID()}`;
const { CREATED, UPDATED, UNCHANGED, REFUSED } = ImportOutcome;

function rowOf(product: MessageInitShape<typeof ProductSchema>, ...paths: string[]): Row {
  return { product, ...(paths.length === 0 ? {} : { updateMask: { paths } }) };
}

const lamp = (sku: string) => rowOf({ sku, name: 'Lamp', category: 'home', price: usd(1999n), availableQuantity: 7 });

async function importRows(rows: readonly Row[], validateOnly = false) {
  return (await app.products.importProducts({ rows: [...rows], validateOnly })).results;
}

const outcomesOf = async (rows: readonly Row[]) => (await importRows(rows)).map(({ outcome }) => outcome);

async function read(productId: string | undefined) {
  return (await app.products.getProduct({ productId: productId ?? '' })).product;
}

describe('importing', () => {
  test('creates new products and books their opening stock, and changes nothing the second time', async () => {
    const rows = Array.from({ length: 120 }, () => lamp(newSku()));
    const first = await importRows(rows);
    expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set([CREATED]));
    const [{ productId } = { productId: '' }] = first;
    expect(await read(productId)).toMatchObject({ name: 'Lamp', category: 'home', availableQuantity: 7 });
    const { kind, delta } = stockMovements;
    const booked = app.database.db.select({ kind, delta }).from(stockMovements);
    expect(await booked.where(eq(stockMovements.productId, productId))).toEqual([{ kind: 'opening', delta: 7 }]);
    const before = await read(productId);
    const second = await importRows(rows);
    expect(second.map((result) => result.productId)).toEqual(first.map((result) => result.productId));
    expect(new Set(second.map(({ outcome }) => outcome))).toEqual(new Set([UNCHANGED]));
    expect(await read(productId)).toEqual(before);
  });

  test('changes the fields of the mask and never the stock, and readers see it immediately', async () => {
    const { sku, productId } = await app.addProduct({ description: 'Old', availableQuantity: 3 });
    await read(productId);
    const change = { sku, name: 'New', description: '', price: usd(5n), availableQuantity: 1000 };
    expect(await outcomesOf([rowOf(change, 'sku', 'price', 'available_quantity', 'description')])).toEqual([UPDATED]);
    expect(await read(productId)).toMatchObject({
      name: 'Thing',
      description: '',
      price: usd(5n),
      availableQuantity: 3,
    });
    expect(await outcomesOf([rowOf(change, 'available_quantity')])).toEqual([UNCHANGED]);
  });

  test('without a mask sets the fields that have a value', async () => {
    const { sku, productId } = await app.addProduct({ description: 'Old' });
    expect(await outcomesOf([rowOf({ sku, attributes: { color: 'red' } })])).toEqual([UPDATED]);
    expect(await read(productId)).toMatchObject({ name: 'Thing', description: 'Old', attributes: { color: 'red' } });
  });

  test('of single attributes keeps all others, removes an attribute without a value, and knows the limit', async () => {
    const sku = newSku();
    const attributes = { color: 'red', size: 'L', material: 'oak' };
    const merging = (changes: Record<string, string>): Row => ({
      ...rowOf({ sku, attributes: changes }, 'attributes'),
      mergeAttributes: true,
    });
    const [{ productId } = { productId: '' }] = await importRows([rowOf({ ...lamp(sku).product, attributes })]);
    expect(await outcomesOf([merging({ color: 'blue', size: '', weight: '' })])).toEqual([UPDATED]);
    expect((await read(productId))?.attributes).toEqual({ color: 'blue', material: 'oak' });
    expect(await outcomesOf([merging({ color: 'blue' }), merging({ weight: '' })])).toEqual([UNCHANGED, UNCHANGED]);
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`a${index}`, 'x']));
    const [refused] = await importRows([merging(fifty)]);
    expect(refused).toMatchObject({ outcome: REFUSED, violations: [{ field: 'attributes' }] });
    expect(await outcomesOf([rowOf({ sku, attributes: { color: 'red' } })])).toEqual([UPDATED]);
    expect((await read(productId))?.attributes).toEqual({ color: 'red' });
    const fresh = { ...merging({ color: 'red', size: '' }).product, ...lamp(newSku()).product };
    const [created] = await importRows([{ product: fresh, mergeAttributes: true }]);
    expect((await read(created?.productId))?.attributes).toEqual({ color: 'red' });
  });

  test('tells of a stock that it does not take over', async () => {
    const { sku } = await app.addProduct({ availableQuantity: 3 });
    const kept = async (...rows: readonly Row[]) =>
      (await importRows(rows)).map((result) => result.kept.map(({ field, description }) => `${field} ${description}`));
    const stays = [expect.stringMatching(/^available_quantity stays 3: .*new products only/)];
    expect(await kept(rowOf({ sku, availableQuantity: 9 }), rowOf({ sku, name: 'New', availableQuantity: 2 }))).toEqual(
      [stays, stays],
    );
    expect(await kept(rowOf({ sku }, 'sku', 'available_quantity'))).toEqual([stays]);
    expect(await kept(rowOf({ sku, availableQuantity: 3 }), rowOf({ sku, name: 'Other' }), lamp(newSku()))).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('applies two rows with the same SKU one after the other', async () => {
    const sku = newSku();
    const rows = [lamp(sku), rowOf({ sku, name: 'Chair' }), rowOf({ sku, name: 'Table' })];
    const results = await importRows(rows);
    expect(results.map(({ outcome }) => outcome)).toEqual([CREATED, UPDATED, UPDATED]);
    expect(await read(results[0]?.productId)).toMatchObject({ name: 'Table' });
  });

  test('refuses single rows and names the field and the reason', async () => {
    const [good, sku] = [newSku(), newSku()];
    const price = usd(1n);
    const results = await importRows([
      rowOf({ sku, price }),
      rowOf({ sku, name: 'x' }),
      rowOf({ name: 'x', price }),
      rowOf({ sku, name: 'x'.repeat(201), price }),
      rowOf({ sku, name: 'x', price: usd(0n) }),
      rowOf({ sku, name: 'x', price: { currencyCode: 'usd', minorUnits: 1n } }),
      rowOf({ sku, name: 'x', price: { currencyCode: 'UDS', minorUnits: 1n } }),
      rowOf({ sku, name: 'x', price, imageUrl: 'javascript:alert(1)' }),
      rowOf({ sku, name: 'x', price }, 'nonsense'),
      {},
      lamp(good),
    ]);
    const seen = results.map(({ reason, violations }) => [reason, ...violations.map(({ field }) => field)].join(' '));
    expect(seen).toEqual([
      'INVALID_PRODUCT name',
      'INVALID_PRODUCT price',
      'INVALID_PRODUCT sku',
      'VALIDATION_FAILED name',
      'INVALID_PRODUCT price.minor_units',
      'VALIDATION_FAILED price.currency_code',
      'INVALID_PRODUCT price.currency_code',
      'INVALID_PRODUCT image_url',
      'INVALID_FIELD_MASK update_mask',
      'INVALID_PRODUCT product',
      '',
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual([...Array.from({ length: 10 }, () => REFUSED), CREATED]);
  });

  test('with validateOnly tells the outcomes and writes nothing', async () => {
    const { sku, productId } = await app.addProduct();
    const fresh = newSku();
    const rows = [lamp(fresh), rowOf({ sku, name: 'New' }), rowOf({ sku: newSku() })];
    expect((await importRows(rows, true)).map(({ outcome }) => outcome)).toEqual([CREATED, UPDATED, REFUSED]);
    expect(await read(productId)).toMatchObject({ name: 'Thing' });
    expect(await outcomesOf([lamp(fresh)])).toEqual([CREATED]);
  });

  test('with validateOnly foresees what happens to a SKU that comes several times', async () => {
    const { sku: old } = await app.addProduct();
    const fresh = newSku();
    const rows = [
      rowOf({ sku: fresh, name: 'No price' }),
      lamp(fresh),
      lamp(fresh),
      rowOf({ sku: fresh, name: 'Chair', availableQuantity: 8 }),
      rowOf({ sku: old, name: 'New' }),
      rowOf({ sku: old, name: 'New' }),
      rowOf({ sku: old, name: 'Thing' }),
    ];
    const tell = (results: Awaited<ReturnType<typeof importRows>>) =>
      results.map(({ outcome, reason, kept }) => ({ outcome, reason, kept: kept.length }));
    const foreseen = tell(await importRows(rows, true));
    const told = { reason: '', kept: 0 };
    expect(foreseen).toEqual([
      { outcome: REFUSED, reason: 'INVALID_PRODUCT', kept: 0 },
      { ...told, outcome: CREATED },
      { ...told, outcome: UNCHANGED },
      { ...told, outcome: UPDATED, kept: 1 },
      { ...told, outcome: UPDATED },
      { ...told, outcome: UNCHANGED },
      { ...told, outcome: UPDATED },
    ]);
    expect(tell(await importRows(rows))).toEqual(foreseen);
  });

  test('ten times at the same time, with the rows in different orders, creates each product once', async () => {
    const rows = Array.from({ length: 60 }, () => lamp(newSku()));
    const attempts = Array.from({ length: 10 }, (_, index) => importRows(index % 2 === 0 ? rows : rows.toReversed()));
    const results = (await Promise.all(attempts)).flat();
    expect(results.filter(({ outcome }) => outcome === CREATED)).toHaveLength(60);
    expect(results.filter(({ outcome }) => outcome === UNCHANGED)).toHaveLength(540);
    expect(new Set(results.map(({ productId }) => productId)).size).toBe(60);
  });

  test('takes 500 rows at most', async () => {
    const rows = Array.from({ length: 501 }, () => lamp('x'));
    expect(await refusal(app.products.importProducts({ rows }))).toBe('invalid_argument VALIDATION_FAILED');
    expect(await refusal(app.products.importProducts({}))).toBe('invalid_argument VALIDATION_FAILED');
  });
});

describe('categories', () => {
  test('are listed by name with their number of products; a change shows immediately', async () => {
    const [a, b] = [`a-${randomUUID()}`, `b-${randomUUID()}`];
    const mine = async () => {
      const { categories } = await app.products.listCategories({});
      expect(categories.map(({ name }) => name)).not.toContain('');
      return categories.filter(({ name }) => name === a || name === b).map((each) => [each.name, each.productCount]);
    };
    await app.addProduct({ category: b });
    const { productId } = await app.addProduct({ category: b, availableQuantity: 0 });
    await app.addProduct({ category: a });
    expect(await mine()).toEqual([
      [a, 1],
      [b, 2],
    ]);
    await app.products.deleteProduct({ productId });
    expect(await mine()).toEqual([
      [a, 1],
      [b, 1],
    ]);
  });
});
