import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { usd } from '../testing/rpc-suite.ts';
import { createCartSuite, patiently, piecesOf, reasonOf, type CartSuite } from '../testing/suite.ts';
import { addItem } from './add-item.ts';
import { addItemOnce, type AddItemOnceInput } from './add-item-once.ts';
import type { CartDeps } from './deps.ts';
import { getCart } from './get-cart.ts';

let suite: CartSuite;
beforeAll(async () => {
  suite = await createCartSuite();
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

function newRequest(input: Partial<AddItemOnceInput> = {}): AddItemOnceInput {
  const { productId } = input.productId === undefined ? suite.newProduct() : { productId: input.productId };
  return { userId: randomUUID(), productId, quantity: 2, requestId: randomUUID(), ...input };
}

const linesOf = async ({ userId }: AddItemOnceInput) => piecesOf(await getCart(suite.deps, { userId, fresh: false }));

describeBothWays(
  'an addition with a request id',
  () => suite.deps,
  () => {
    it('has its effect once, and a repeat gets the first answer, whatever happened since', async () => {
      const product = suite.newProduct({ price: usd(250n) });
      const request = newRequest({ productId: product.productId });
      await addItem(suite.deps, { ...request, productId: suite.newProduct().productId, quantity: 1 });
      const first = await addItemOnce(suite.deps, request);
      expect(first).toMatchObject({ version: 2n, total: usd(1500n) });
      suite.products.set(product.productId, { ...product, price: usd(300n), name: 'dearer' });
      await addItem(suite.deps, { ...request, quantity: 1 });
      expect(await addItemOnce(suite.deps, request)).toEqual(first);
      suite.products.delete(product.productId);
      expect(await addItemOnce(suite.deps, request)).toEqual(first);
      expect((await linesOf(request))[1]).toEqual([product.productId, 3]);
    });

    it('also stores the price of a line whose product changed its currency', async () => {
      const product = suite.newProduct({ price: usd(250n) });
      const request = newRequest();
      await addItem(suite.deps, { ...request, productId: product.productId, quantity: 1 });
      suite.products.set(product.productId, { ...product, price: { currencyCode: 'EUR', minorUnits: 240n } });
      const first = await addItemOnce(suite.deps, request);
      expect(first.lines[0]).toMatchObject({
        ...{ available: false, currentUnitPrice: { currencyCode: 'EUR', minorUnits: 240n } },
      });
      expect(await addItemOnce(suite.deps, request)).toEqual(first);
    });

    it('of ten at once, one has an effect, and all get its answer', async () => {
      const request = newRequest();
      const carts = await Promise.all(
        Array.from({ length: 10 }, () => patiently(() => addItemOnce(suite.deps, request))),
      );
      for (const cart of carts) expect(cart).toMatchObject({ version: 1n, lines: [{ quantity: 2 }] });
      expect(await linesOf(request)).toEqual([[request.productId, 2]]);
    });

    it('is refused with another payload, and is another request for another user', async () => {
      const request = newRequest();
      await addItemOnce(suite.deps, request);
      expect(await reasonOf(addItemOnce(suite.deps, { ...request, quantity: 3 }))).toBe('REQUEST_ID_REUSED');
      const other = suite.newProduct().productId;
      expect(await reasonOf(addItemOnce(suite.deps, { ...request, productId: other }))).toBe('REQUEST_ID_REUSED');
      expect(await linesOf(request)).toEqual([[request.productId, 2]]);
      const stranger = { ...request, userId: randomUUID(), quantity: 3 };
      expect(piecesOf(await addItemOnce(suite.deps, stranger))).toEqual([[request.productId, 3]]);
    });

    it('that is refused stores nothing, and may succeed later', async () => {
      const request = newRequest({ quantity: 60 });
      await addItem(suite.deps, { ...request, quantity: 50 });
      expect(await reasonOf(addItemOnce(suite.deps, request))).toBe('CART_LIMIT_EXCEEDED');
      const unknown = { ...request, productId: randomUUID() };
      expect(await reasonOf(addItemOnce(suite.deps, unknown))).toBe('PRODUCT_NOT_FOUND');
      expect(piecesOf(await addItemOnce(suite.deps, { ...request, quantity: 50 }))).toEqual([[request.productId, 100]]);
    });

    it('shows lines that another call has added meanwhile at their prices', async () => {
      const request = newRequest();
      const late = suite.newProduct({ price: usd(777n) });
      let isLate = true;
      const deps: CartDeps = {
        ...suite.deps,
        catalog: async (ids) => {
          const products = await suite.deps.catalog(ids);
          if (isLate) {
            isLate = false;
            await addItem(suite.deps, { ...request, productId: late.productId, quantity: 1 });
          }
          return products;
        },
      };
      const cart = await addItemOnce(deps, request);
      expect(cart.lines).toMatchObject([
        { productId: late.productId, available: true, lineTotal: usd(777n) },
        { productId: request.productId, quantity: 2 },
      ]);
      expect(await addItemOnce(deps, request)).toEqual(cart);
    });
  },
);

it('is forgotten after some days', async () => {
  const request = newRequest();
  await addItemOnce(suite.deps, request);
  await suite.database.db.execute(sql`update cart.requests set created_at = now() - interval '8 days'`);
  await suite.deps.repository.forgetRequests(7);
  expect(piecesOf(await addItemOnce(suite.deps, request))).toEqual([[request.productId, 4]]);
});
