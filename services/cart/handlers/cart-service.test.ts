import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { createCartRpcSuite, pen, usd, type CartRpcSuite } from '../testing/rpc-suite.ts';
import { reasonOf } from '../testing/suite.ts';

let suite: CartRpcSuite;
beforeAll(async () => {
  suite = await createCartRpcSuite();
});
afterAll(() => suite.database.close());

describe('CartService', () => {
  it('fills, changes and empties a cart', async () => {
    const client = suite.cartOf(randomUUID());
    const empty = await client.getCart({});
    expect(empty.cart).toMatchObject({ items: [], version: 0n });
    expect(empty.cart?.total).toBeUndefined();
    const { productId, name } = pen;
    const added = await client.addItem({ productId: productId.toUpperCase(), quantity: 2 });
    expect(added.cart).toMatchObject({
      items: [{ productId, name, quantity: 2, available: true, lineTotal: usd(500n) }],
      total: usd(500n),
      version: 1n,
    });
    const set = await client.setItemQuantity({ productId: pen.productId, quantity: 11 });
    expect(set.cart).toMatchObject({ items: [{ quantity: 11, available: false }], version: 2n });
    expect((await client.removeItem({ productId: pen.productId })).cart).toMatchObject({ items: [], version: 3n });
    expect((await client.clearCart({})).cart).toMatchObject({ items: [], version: 3n });
    expect(await suite.registry.metrics()).toContain('cart_items_added_total 1');
  });

  it('refuses unknown products and lines, and quantities outside 1 to 100', async () => {
    const client = suite.cartOf(randomUUID());
    expect(await reasonOf(client.addItem({ productId: randomUUID(), quantity: 1 }))).toBe('PRODUCT_NOT_FOUND');
    expect(await reasonOf(client.removeItem({ productId: pen.productId }))).toBe('CART_ITEM_NOT_FOUND');
    for (const quantity of [0, -1, 101]) {
      const call = client.addItem({ productId: pen.productId, quantity });
      await expect(call).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('adds once for each request id, and answers a repeat as the first call', async () => {
    const client = suite.cartOf(randomUUID());
    const request = { productId: pen.productId, quantity: 2, requestId: randomUUID() };
    const first = await client.addItem(request);
    expect(first.cart).toMatchObject({ items: [{ quantity: 2 }], version: 1n });
    await client.addItem({ productId: pen.productId, quantity: 1 });
    expect(await client.addItem({ ...request, requestId: request.requestId.toUpperCase() })).toEqual(first);
    expect((await client.getCart({})).cart).toMatchObject({ items: [{ quantity: 3 }], version: 2n });
    expect(await reasonOf(client.addItem({ ...request, quantity: 3 }))).toBe('REQUEST_ID_REUSED');
    const wrong = client.addItem({ ...request, requestId: 'again' });
    await expect(wrong).rejects.toMatchObject({ violations: [{ field: 'request_id' }] });
  });

  it("never shows another user's cart", async () => {
    const { cartOf, rpc } = suite;
    await cartOf(randomUUID()).addItem({ productId: pen.productId, quantity: 2 });
    expect((await cartOf(randomUUID()).getCart({})).cart?.items).toEqual([]);
    await expect(rpc.connect(CartService).getCart({})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
