import { randomUUID } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { patiently, untilBlocked } from '../../../platform/testing/contention.ts';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';
import type { Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { expectSoundBooks, lines, reserved } from '../testing/stock.ts';
import { createProductsSuite, usd, type ProductsSuite } from '../testing/suite.ts';
import { commitStock } from './commit.ts';
import { reserveStock, type ReserveInput } from './reserve.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterEach(() => expectSoundBooks(app));
afterAll(() => app.database.close());

function inputOf(...parts: (readonly [Product, number])[]): ReserveInput {
  return { orderId: randomUUID(), lines: lines(...parts), ttlSeconds: 900 };
}

/** Reserves while another transaction, which has the product locked, changes it. @returns the reason of a refusal */
async function reserveDuring(input: ReserveInput, change: SQL): Promise<unknown> {
  const [line] = input.lines;
  const waiting = await app.database.db.transaction(async (other) => {
    await other.execute(sql`select 1 from products.products where id = ${line?.productId} for update`);
    const call = reasonOf(reserveStock(app.deps, input));
    await untilBlocked(app.database);
    await other.execute(sql`update products.products set ${change} where id = ${line?.productId}`);
    // The promise is in an object: the transaction would await a bare one, which itself waits for the transaction.
    return { call };
  });
  return waiting.call;
}

describe('a plain reserve', () => {
  it('fails no statement, which Postgres would log, if the goods are sold out or have another price', async () => {
    const product = await app.addProduct({ availableQuantity: 3 });
    await reserved(app, product, 1);
    const query = vi.spyOn(app.database.db.$client, 'query');
    const cheap = { productId: product.productId, quantity: 1, unitPrice: usd(1n) };
    expect(await reasonOf(reserveStock(app.deps, inputOf([product, 3])))).toBe('OUT_OF_STOCK');
    expect(await reasonOf(reserveStock(app.deps, { ...inputOf(), lines: [cheap] }))).toBe('PRICE_CHANGED');
    expect(query.mock.settledResults.map(({ type }) => type)).toEqual(['fulfilled', 'fulfilled']);
    query.mockRestore();
  });

  it.each([1, 2, 100])('is one statement, also for %i lines', async (count) => {
    const products = await Promise.all(Array.from({ length: count }, () => app.addProduct({ availableQuantity: 9 })));
    const input = inputOf(...products.map((product) => [product, 3] as const));
    expect(await recordStatements(app.database, () => reserveStock(app.deps, input))).toEqual(['products.reserve']);
    for (const { productId } of products) expect(await app.available(productId)).toBe(6);
  });

  it('sums two lines of a product', async () => {
    const product = await app.addProduct({ availableQuantity: 9 });
    const input = inputOf([product, 3], [product, 4]);
    expect(await recordStatements(app.database, () => reserveStock(app.deps, input))).toEqual(['products.reserve']);
    expect(await app.available(product.productId)).toBe(2);
  });
});

describeBothWays(
  'reserve',
  () => app.deps,
  () => {
    it('64 buyers of 40 pieces at the same time: exactly 40 get one', { timeout: 60_000 }, async () => {
      const product = await app.addProduct({ availableQuantity: 40 });
      const reasons = await Promise.all(
        Array.from({ length: 64 }, () => reasonOf(patiently(() => reserveStock(app.deps, inputOf([product, 1]))))),
      );
      expect(reasons.filter((reason) => reason === undefined)).toHaveLength(40);
      expect(reasons.filter((reason) => reason === 'OUT_OF_STOCK')).toHaveLength(24);
      expect(await app.available(product.productId)).toBe(0);
    });

    it.each([
      ['changes its price', sql`price_minor = 1`, 'PRICE_CHANGED'],
      ['changes its currency', sql`currency_code = 'EUR'`, 'CURRENCY_MISMATCH'],
      ['deletes it', sql`deleted_at = now()`, 'PRODUCT_NOT_FOUND'],
      ['has reserved too many of its pieces', sql`on_hand = 2`, 'OUT_OF_STOCK'],
    ])('is refused, and writes nothing, if another transaction %s meanwhile', async (_, change, reason) => {
      const [first, second] = [await app.addProduct({ availableQuantity: 9 }), await app.addProduct()];
      const input = inputOf([first, 3], [second, 1]);
      expect(await reserveDuring(input, change)).toBe(reason);
      const { productId } = first;
      await app.database.db.execute(
        sql`update products.products set price_minor = 1999, currency_code = 'USD', deleted_at = null, on_hand = 9
            where id = ${productId}`,
      );
      expect(await reserveStock(app.deps, input)).toMatchObject({ state: 'ACTIVE' });
      expect(await app.available(productId)).toBe(6);
    });

    it('is not refused if another transaction changes something else meanwhile', async () => {
      const product = await app.addProduct({ availableQuantity: 9 });
      expect(await reserveDuring(inputOf([product, 3]), sql`name = 'renamed'`)).toBeUndefined();
      expect(await app.available(product.productId)).toBe(6);
    });

    it('is refused if the lines of one product have two prices', async () => {
      const product = await app.addProduct();
      const [line] = lines([product, 1]);
      if (line === undefined) throw new Error('no line');
      const cheaper = { ...line, unitPrice: { ...line.unitPrice, minorUnits: 1n } };
      const input = { orderId: randomUUID(), lines: [line, cheaper], ttlSeconds: 900 };
      expect(await reasonOf(reserveStock(app.deps, input))).toBe('PRICE_CHANGED');
      expect(await app.available(product.productId)).toBe(100);
    });

    it('and a change of the price at the same time: an order has either price, and never the other one’s', async () => {
      for (let round = 0; round < 10; round++) {
        const product = await app.addProduct({ availableQuantity: 10 });
        const { productId } = product;
        const price = { currencyCode: 'USD', minorUnits: 5n };
        const inputs = Array.from({ length: 6 }, () => inputOf([product, 1]));
        const [reasons] = await Promise.all([
          Promise.all(inputs.map((input) => reasonOf(patiently(() => reserveStock(app.deps, input))))),
          app.products.updateProduct({ product: { productId, price } }),
        ]);
        const kept = reasons.filter((reason) => reason === undefined).length;
        expect(reasons.filter((reason) => reason === 'PRICE_CHANGED')).toHaveLength(6 - kept);
        expect(await app.available(productId)).toBe(10 - kept);
        for (const [index, { orderId }] of inputs.entries()) {
          const committed = await reasonOf(commitStock(app.deps, { orderId }));
          expect(committed).toBe(reasons[index] === undefined ? undefined : 'OUT_OF_STOCK');
        }
      }
    });
  },
);
