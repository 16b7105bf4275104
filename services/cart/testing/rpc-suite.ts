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
import type { Service } from '../../../platform/service.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { buildCart } from '../app.ts';
import { readCartConfig } from '../config.ts';

/** The whole service on a new database, called as in production: through all interceptors. */
export interface CartRpcSuite {
  readonly database: TestDatabase;
  readonly registry: Registry;
  readonly rpc: TestRpc;
  readonly cart: Service;
  readonly cartOf: (userId: string) => Client<typeof CartService>;
  /** A client with the worker's service token. */
  readonly claims: () => Client<typeof CartClaimService>;
  /** What the order service answers about orders. It never answers about an order that is not in it. */
  readonly orderAnswers: Map<string, OrderAnswer>;
}

export interface OrderAnswer {
  readonly status: OrderStatus;
  readonly wasCompleted?: boolean;
}

interface CartRpcOptions {
  readonly registry?: Registry;
  readonly redis?: Redis;
}

export const usd = (minorUnits: bigint): Money => ({ currencyCode: 'USD', minorUnits });

/** The only product of the catalog. */
export const pen = { productId: randomUUID(), name: 'pen', price: usd(250n), availableQuantity: 10 };

export async function createCartRpcSuite(options: CartRpcOptions = {}): Promise<CartRpcSuite> {
  const database = await createTestDatabase('cart', 'cart');
  const { redis, registry = new Registry() } = options;
  const orderAnswers = new Map<string, OrderAnswer>();
  const cart = buildCart({
    db: database.db,
    redis,
    products: createClient(ProductService, catalog()),
    orders: createClient(OrderWriteService, orderService(orderAnswers)),
    logger: pino({ level: 'silent' }),
    registry,
    config: readCartConfig({}),
  });
  const rpc = await createTestRpc([cart]);
  return {
    database,
    registry,
    rpc,
    cart,
    cartOf: (userId) => rpc.connect(CartService, { user: { userId } }),
    claims: () => rpc.connect(CartClaimService, { as: 'worker' }),
    orderAnswers,
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

function orderService(orderAnswers: ReadonlyMap<string, OrderAnswer>) {
  return createRouterTransport(
    (router) =>
      void router.service(OrderWriteService, {
        get: async ({ orderId }) => {
          const order = orderAnswers.get(orderId) ?? (await new Promise<never>(() => undefined));
          return { order: { order: { orderId, status: order.status }, wasCompleted: order.wasCompleted ?? false } };
        },
      }),
  );
}
