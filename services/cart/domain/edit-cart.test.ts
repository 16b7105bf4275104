import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { createCartSuite, patiently, piecesOf, reasonOf, type CartSuite } from '../testing/suite.ts';
import { addItem, maxLines } from './add-item.ts';
import { clearCart } from './clear-cart.ts';
import { getCart } from './get-cart.ts';
import { removeItem } from './remove-item.ts';
import { setItemQuantity } from './set-item-quantity.ts';

let suite: CartSuite;
beforeAll(async () => {
  suite = await createCartSuite();
});
afterEach(() => suite.expectInvariants());
afterAll(() => suite.database.close());

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });

describeBothWays(
  'a cart',
  () => suite.deps,
  () => {
    it('is empty, without a total and at version 0, before anything is added', async () => {
      expect(await getCart(suite.deps, { userId: randomUUID(), fresh: false })).toEqual({
        version: 0n,
        lines: [],
        total: undefined,
      });
    });

    it('shows its lines in the order in which they were added, with totals', async () => {
      const userId = randomUUID();
      const [pen, book] = [suite.newProduct({ price: usd(250n) }), suite.newProduct({ price: usd(1999n) })];
      await addItem(suite.deps, { userId, productId: pen.productId, quantity: 2 });
      await addItem(suite.deps, { userId, productId: book.productId, quantity: 1 });
      const cart = await addItem(suite.deps, { userId, productId: pen.productId, quantity: 3 });
      expect(piecesOf(cart)).toEqual([
        [pen.productId, 5],
        [book.productId, 1],
      ]);
      expect(cart.lines.map(({ lineTotal }) => lineTotal)).toEqual([usd(1250n), usd(1999n)]);
      expect(cart.total).toEqual(usd(3249n));
      expect(await getCart(suite.deps, { userId, fresh: false })).toEqual(cart);
    });

    it('gets a higher version with every change of its lines, and only then', async () => {
      const { userId, productIds, version } = await suite.filledCart(1, 1);
      const [first = '', second = ''] = productIds;
      expect((await setItemQuantity(suite.deps, { userId, productId: first, quantity: 4 })).version).toBe(version + 1n);
      expect((await removeItem(suite.deps, { userId, productId: second })).version).toBe(version + 2n);
      expect(await reasonOf(removeItem(suite.deps, { userId, productId: second }))).toBe('CART_ITEM_NOT_FOUND');
      expect((await clearCart(suite.deps, { userId })).version).toBe(version + 3n);
      expect((await clearCart(suite.deps, { userId })).version).toBe(version + 3n);
      expect((await getCart(suite.deps, { userId, fresh: false })).version).toBe(version + 3n);
    });

    it("shows today's prices and names, and the price that the buyer saw before", async () => {
      const { userId, productIds } = await suite.filledCart(3);
      const [productId = ''] = productIds;
      suite.newProduct({ productId, name: 'renamed', price: usd(1500n), availableQuantity: 2 });
      const cart = await getCart(suite.deps, { userId, fresh: false });
      expect(cart.lines).toMatchObject([
        {
          name: 'renamed',
          unitPrice: usd(1500n),
          lineTotal: usd(4500n),
          previousUnitPrice: usd(1000n),
          available: false,
          unavailableReason: 'OUT_OF_STOCK',
        },
      ]);
      const seen = await setItemQuantity(suite.deps, { userId, productId, quantity: 2 });
      expect(seen.lines).toMatchObject([
        { unitPrice: usd(1500n), previousUnitPrice: undefined, available: true, unavailableReason: undefined },
      ]);
    });

    it('still shows a product that is gone or now sold in another currency, as not available', async () => {
      const { userId, productIds } = await suite.filledCart(1, 1);
      const [gone = '', moved = ''] = productIds;
      suite.products.delete(gone);
      suite.newProduct({ productId: moved, price: { currencyCode: 'EUR', minorUnits: 5n } });
      const cart = await getCart(suite.deps, { userId, fresh: false });
      expect(cart.lines).toMatchObject([
        { name: `product ${gone}`, unitPrice: usd(1000n), available: false, unavailableReason: 'PRODUCT_NOT_FOUND' },
        {
          unitPrice: usd(1000n),
          available: false,
          unavailableReason: 'CURRENCY_MISMATCH',
          currentUnitPrice: { currencyCode: 'EUR', minorUnits: 5n },
        },
      ]);
      expect(cart.lines[0]?.currentUnitPrice).toBeUndefined();
      expect(cart.total).toEqual(usd(2000n));
      expect(await reasonOf(addItem(suite.deps, { userId, productId: gone, quantity: 1 }))).toBe('PRODUCT_NOT_FOUND');
      expect((await setItemQuantity(suite.deps, { userId, productId: gone, quantity: 2 })).lines[0]).toMatchObject({
        quantity: 2,
      });
    });

    it('accepts only products that exist, and only in one currency', async () => {
      const { userId } = await suite.filledCart(1);
      expect(await reasonOf(addItem(suite.deps, { userId, productId: randomUUID(), quantity: 1 }))).toBe(
        'PRODUCT_NOT_FOUND',
      );
      const euro = suite.newProduct({ price: { currencyCode: 'EUR', minorUnits: 5n } });
      expect(await reasonOf(addItem(suite.deps, { userId, productId: euro.productId, quantity: 1 }))).toBe(
        'CURRENCY_MISMATCH',
      );
      await clearCart(suite.deps, { userId });
      expect(await reasonOf(addItem(suite.deps, { userId, productId: euro.productId, quantity: 1 }))).toBeUndefined();
    });

    it('has at most 100 pieces in a line', async () => {
      const { userId, productIds, version } = await suite.filledCart(60);
      const [productId = ''] = productIds;
      expect(await reasonOf(addItem(suite.deps, { userId, productId, quantity: 41 }))).toBe('CART_LIMIT_EXCEEDED');
      expect(await getCart(suite.deps, { userId, fresh: false })).toMatchObject({ version, lines: [{ quantity: 60 }] });
      expect(await reasonOf(addItem(suite.deps, { userId, productId, quantity: 40 }))).toBeUndefined();
    });

    it('has at most 100 lines', async () => {
      const { userId, productIds } = await suite.filledCart(...Array.from({ length: maxLines }, () => 1));
      expect(
        await reasonOf(addItem(suite.deps, { userId, productId: suite.newProduct().productId, quantity: 1 })),
      ).toBe('CART_LIMIT_EXCEEDED');
      expect(
        await reasonOf(addItem(suite.deps, { userId, productId: productIds[7] ?? '', quantity: 1 })),
      ).toBeUndefined();
    });

    it('loses no piece when products are added many times at the same time', async () => {
      const userId = randomUUID();
      const products = [suite.newProduct(), suite.newProduct()];
      const adds = Array.from({ length: 30 }, (_, index) =>
        patiently(() => addItem(suite.deps, { userId, productId: products[index % 2]?.productId ?? '', quantity: 1 })),
      );
      const versions = (await Promise.all(adds)).map(({ version }) => version);
      expect(new Set(versions).size).toBe(30);
      const cart = await getCart(suite.deps, { userId, fresh: false });
      expect(cart.lines.map(({ quantity }) => quantity)).toEqual([15, 15]);
      expect(cart.version).toBe(30n);
    });
  },
);
