import { createRouterTransport, createClient } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CartClaimService, ClaimState } from '../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { OrderWriteService } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../platform/testing/rpc.ts';
import { buildCart } from './app.ts';
import { readCartConfig } from './config.ts';
import { reasonOf } from './testing/suite.ts';

const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
const pen = { productId: randomUUID(), name: 'pen', price: usd(250n), availableQuantity: 10 };
const registry = new Registry();
let database: TestDatabase;
let rpc: TestRpc;

const catalog = createRouterTransport(
  (router) =>
    void router.service(ProductService, {
      batchGetProducts: ({ productIds }) => ({ products: productIds.includes(pen.productId) ? [pen] : [] }),
    }),
);

interface Told {
  readonly status: OrderStatus;
  readonly wasCompleted?: boolean;
}

/** What the order service tells of orders; it is silent about those that aren't there. */
const told = new Map<string, Told>();
const orderService = createRouterTransport(
  (router) =>
    void router.service(OrderWriteService, {
      get: async ({ orderId }) => {
        const order = told.get(orderId) ?? (await new Promise<never>(() => undefined));
        return { order: { order: { orderId, status: order.status }, wasCompleted: order.wasCompleted ?? false } };
      },
    }),
);

beforeAll(async () => {
  database = await createTestDatabase('cart', 'cart');
  const logger = pino({ level: 'silent' });
  const products = createClient(ProductService, catalog);
  const orders = createClient(OrderWriteService, orderService);
  const { db } = database;
  rpc = await createTestRpc([buildCart({ db, products, orders, logger, registry, config: readCartConfig({}) })]);
});
afterAll(() => database.close());

const cartOf = (userId: string) => rpc.connect(CartService, { user: { userId } });
const claims = () => rpc.connect(CartClaimService, { as: 'worker' });

describe('CartService', () => {
  it('fills, changes and empties a cart', async () => {
    const client = cartOf(randomUUID());
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
    expect(await registry.metrics()).toContain('cart_items_added_total 1');
  });

  it('refuses what is not there, and quantities outside 1 to 100', async () => {
    const client = cartOf(randomUUID());
    expect(await reasonOf(client.addItem({ productId: randomUUID(), quantity: 1 }))).toBe('PRODUCT_NOT_FOUND');
    expect(await reasonOf(client.removeItem({ productId: pen.productId }))).toBe('CART_ITEM_NOT_FOUND');
    for (const quantity of [0, -1, 101]) {
      const call = client.addItem({ productId: pen.productId, quantity });
      await expect(call).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it("shows nobody another user's cart", async () => {
    await cartOf(randomUUID()).addItem({ productId: pen.productId, quantity: 2 });
    expect((await cartOf(randomUUID()).getCart({})).cart?.items).toEqual([]);
    await expect(rpc.connect(CartService).getCart({})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('CartClaimService', () => {
  it('claims a cart at its version and releases it', async () => {
    const userId = randomUUID();
    await cartOf(userId).addItem({ productId: pen.productId, quantity: 2 });
    const orderId = randomUUID();
    told.set(orderId, { status: OrderStatus.PENDING });
    const request = { orderId, userId, cartVersion: 1n, ttlSeconds: 900 };
    expect(await claims().claim(request)).toMatchObject({ state: ClaimState.CLAIMED });
    const rival = { ...request, orderId: randomUUID() };
    expect(await reasonOf(claims().claim(rival))).toBe('CART_ALREADY_CLAIMED');
    expect(await claims().release({ orderId })).toMatchObject({ state: ClaimState.RELEASED });
    expect(await reasonOf(claims().claim(request))).toBe('ALREADY_RELEASED');
    expect(await reasonOf(claims().claim({ ...rival, cartVersion: 2n }))).toBe('CART_CHANGED');
  });

  it.each([
    ['completed', { status: OrderStatus.COMPLETED, wasCompleted: true }, 0],
    ['was refunded since', { status: OrderStatus.CANCELLED, wasCompleted: true }, 0],
    ['was cancelled before it completed', { status: OrderStatus.CANCELLED }, 1],
    ['failed', { status: OrderStatus.FAILED }, 1],
    ['is pending', { status: OrderStatus.PENDING }, 1],
    ['nobody tells of', undefined, 1],
  ])('shows the buyer what is left, before the event, once the order %s', async (_, order: Told | undefined, lines) => {
    const userId = randomUUID();
    const orderId = randomUUID();
    await cartOf(userId).addItem({ productId: pen.productId, quantity: 2 });
    await claims().claim({ orderId, userId, cartVersion: 1n, ttlSeconds: 900 });
    if (order !== undefined) told.set(orderId, order);
    expect((await cartOf(userId).getCart({})).cart?.items).toHaveLength(lines);
  });

  it('is for the saga only', async () => {
    const client = rpc.connect(CartClaimService, { user: { userId: randomUUID(), roles: ['admin'] } });
    await expect(client.release({ orderId: randomUUID() })).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
