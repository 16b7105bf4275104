import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  OrderWriteService,
  type CreateRequestSchema,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import type { Database } from '../../../platform/data/db/database.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { startWithUpkeep } from '../../../platform/testing/start.ts';
import { buildOrder } from '../app.ts';
import { readOrderConfig } from '../config.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { createOrderMetrics } from '../metrics.ts';
import type { OrderWorkflows } from '../ports.ts';
import { createOrderRepository } from '../repository/index.ts';

/** Fake workflows. They record the calls; each test says what they answer. */
export class FakeOrderWorkflows implements OrderWorkflows {
  readonly cancelled: string[] = [];
  readonly refunded: string[] = [];
  onCancel: (order: PlacedOrder) => Promise<'CANCELLED' | 'NOT_CANCELLABLE'> = async () => 'NOT_CANCELLABLE';
  onRefund: (order: PlacedOrder, cause: string) => Promise<void> = async () => undefined;

  async cancel(order: PlacedOrder): Promise<'CANCELLED' | 'NOT_CANCELLABLE'> {
    this.cancelled.push(order.orderId);
    return this.onCancel(order);
  }

  async refund(order: PlacedOrder, cause: string): Promise<void> {
    this.refunded.push(order.orderId);
    return this.onRefund(order, cause);
  }
}

/** The order service on a new database, called as in production: through all interceptors. */
export interface OrderSuite {
  readonly database: TestDatabase;
  readonly workflows: FakeOrderWorkflows;
  readonly registry: Registry;
  readonly rpc: TestRpc;
  /** The internal RPCs, each called with the token of a service that may call it. */
  readonly write: Client<typeof OrderWriteService>;
  /** A client of the public RPCs with this user's token. */
  readonly as: (userId: string) => Client<typeof OrderService>;
  readonly close: () => Promise<void>;
}

export interface OrderSuiteOptions {
  /** Settings by their environment names. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the service's loops run. Default true. */
  readonly start?: boolean;
}

export async function createOrderSuite({ env = {}, start = true }: OrderSuiteOptions = {}): Promise<OrderSuite> {
  const database = await createTestDatabase('order', 'orders');
  const workflows = new FakeOrderWorkflows();
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const service = buildOrder({ database, workflows, logger, registry, config: readOrderConfig(env) });
  const rpc = await createTestRpc([service]);
  if (start) await startWithUpkeep(service);
  return {
    database,
    workflows,
    registry,
    rpc,
    write: orderWriteClient(rpc),
    as: (userId) => rpc.connect(OrderService, { user: { userId } }),
    close: async () => {
      await service.stop?.();
      await database.close();
    },
  };
}

/** The internal RPCs, each called with the token of a service that may call it. */
export function orderWriteClient(rpc: TestRpc): Client<typeof OrderWriteService> {
  const checkout = rpc.connect(OrderWriteService, { as: 'checkout' });
  const { complete, fail, cancel } = rpc.connect(OrderWriteService, { as: 'worker' });
  return { ...checkout, complete, fail, cancel };
}

/** The `deps` of verbs, on this database and with fake workflows. */
export function createOrderDeps(db: Database, overrides: Partial<OrderDeps> = {}): OrderDeps {
  return {
    repository: createOrderRepository(db),
    workflows: new FakeOrderWorkflows(),
    changes: {
      subscribe: () => {
        throw new Error('these deps have no subscriptions to changes; give them by `overrides`');
      },
    },
    metrics: createOrderMetrics(new Registry()),
    logger: pino({ level: 'silent' }),
    startDelaySeconds: 5,
    refundLeaseSeconds: 30,
    ...overrides,
  };
}

interface Ids {
  readonly orderId: string;
  readonly userId: string;
  readonly requestId: string;
}

/** A valid request to create an order with two lines: 10.00 + 2 × 2.50 USD. */
export function newOrder(over: Partial<Ids & { requestFingerprint: string }> = {}) {
  const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
  const ids: Ids = { orderId: randomUUID(), userId: randomUUID(), requestId: randomUUID() };
  return {
    ...ids,
    requestFingerprint: 'f',
    items: [
      { productId: randomUUID(), name: 'Lamp', quantity: 1, unitPrice: usd(1000n) },
      { productId: randomUUID(), name: 'Bulb', quantity: 2, unitPrice: usd(250n) },
    ],
    total: usd(1500n),
    cartVersion: 7n,
    ...over,
  } satisfies MessageInitShape<typeof CreateRequestSchema>;
}
