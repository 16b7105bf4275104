import { createClient, createRouterTransport, type Client } from '@connectrpc/connect';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { CartClaimService } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { Money } from '../../../proto/money.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { buildCart } from '../app.ts';
import { readCartConfig } from '../config.ts';

/** The whole service on a database of the suite's own, called as in production: through all interceptors. */
export interface CartRpcSuite {
  readonly database: TestDatabase;
  readonly registry: Registry;
  readonly rpc: TestRpc;
  readonly cartOf: (userId: string) => Client<typeof CartService>;
  /** As the checkout saga. */
  readonly claims: () => Client<typeof CartClaimService>;
  /** What the order service tells of orders; it is silent about those that aren't there. */
  readonly told: Map<string, Told>;
}

export interface Told {
  readonly status: OrderStatus;
  readonly wasCompleted?: boolean;
}

interface CartRpcOptions {
  readonly registry?: Registry;
  readonly redis?: Redis;
}

export const usd = (minorUnits: bigint): Money => ({ currencyCode: 'USD', minorUnits });

/** All that the catalog sells. */
export const pen = { productId: randomUUID(), name: 'pen', price: usd(250n), availableQuantity: 10 };

export async function createCartRpcSuite(options: CartRpcOptions = {}): Promise<CartRpcSuite> {
  const database = await createTestDatabase('cart', 'cart');
  const { redis, registry = new Registry() } = options;
  const told = new Map<string, Told>();
  const cart = buildCart({
    db: database.db,
    redis,
    products: createClient(ProductService, catalog()),
    orders: createClient(OrderWriteService, orderService(told)),
    logger: pino({ level: 'silent' }),
    registry,
    config: readCartConfig({}),
  });
  const rpc = await createTestRpc([cart]);
  return {
    database,
    registry,
    rpc,
    cartOf: (userId) => rpc.connect(CartService, { user: { userId } }),
    claims: () => rpc.connect(CartClaimService, { as: 'worker' }),
    told,
  };
}

function catalog() {
  return createRouterTransport(
    (router) =>
      void router.service(ProductService, {
        batchGetProducts: ({ productIds }) => ({ products: productIds.includes(pen.productId) ? [pen] : [] }),
      }),
  );
}

function orderService(told: ReadonlyMap<string, Told>) {
  return createRouterTransport(
    (router) =>
      void router.service(OrderWriteService, {
        get: async ({ orderId }) => {
          const order = told.get(orderId) ?? (await new Promise<never>(() => undefined));
          return { order: { order: { orderId, status: order.status }, wasCompleted: order.wasCompleted ?? false } };
        },
      }),
  );
}
