import { createClient, createRouterTransport, type Client, type Interceptor } from '@connectrpc/connect';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  OrderWriteService,
  type CreateRequestSchema,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { callerKey } from '../../../platform/auth/caller.ts';
import { errorsInterceptor } from '../../../platform/rpc/interceptors/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { buildOrder } from '../app.ts';
import { readOrderConfig } from '../config.ts';
import type { CancellableOrder, Cancellations } from '../ports.ts';

/** Workflows that do nothing of their own: each test says what they answer. */
export class FakeCancellations implements Cancellations {
  readonly cancelled: string[] = [];
  readonly refunded: string[] = [];
  onCancel: (order: CancellableOrder) => Promise<'CANCELLED' | 'NOT_CANCELLABLE'> = async () => 'NOT_CANCELLABLE';
  onRefund: (order: CancellableOrder) => Promise<void> = async () => undefined;

  async cancel(order: CancellableOrder): Promise<'CANCELLED' | 'NOT_CANCELLABLE'> {
    this.cancelled.push(order.orderId);
    return this.onCancel(order);
  }

  async refund(order: CancellableOrder): Promise<void> {
    this.refunded.push(order.orderId);
    return this.onRefund(order);
  }
}

export interface OrderHarness {
  readonly database: TestDatabase;
  readonly checkouts: FakeCancellations;
  readonly registry: Registry;
  readonly write: Client<typeof OrderWriteService>;
  /** The public RPCs as that user calls them. */
  readonly as: (userId: string) => Client<typeof OrderService>;
  readonly close: () => Promise<void>;
}

const userHeader = 'x-test-user';

/** Stands in for the platform's authentication, which is tested there. */
const signIn: Interceptor = (next) => (request) => {
  const userId = request.header.get(userHeader);
  if (userId !== null) request.contextValues.set(callerKey, { kind: 'user', userId, roles: [], sessionId: '' });
  return next(request);
};
/** The order service on a database of its own, with its background work if `start`. */
export async function createOrderHarness(
  env: Readonly<Record<string, string>> = {},
  start = true,
): Promise<OrderHarness> {
  const database = await createTestDatabase('order', 'orders');
  const checkouts = new FakeCancellations();
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const service = buildOrder({ database, checkouts, logger, registry, config: readOrderConfig(env) });
  if (start) await service.start?.();
  const transport = createRouterTransport(
    (router) => {
      service.routes?.(router);
      service.internalRoutes?.(router);
    },
    { router: { interceptors: [errorsInterceptor(), signIn] } },
  );
  const as = (userId: string): Client<typeof OrderService> =>
    createClient(OrderService, {
      unary: (method, signal, timeoutMs, header, input, values) =>
        transport.unary(method, signal, timeoutMs, withUser(header, userId), input, values),
      stream: (method, signal, timeoutMs, header, input, values) =>
        transport.stream(method, signal, timeoutMs, withUser(header, userId), input, values),
    });
  return {
    database,
    checkouts,
    registry,
    write: createClient(OrderWriteService, transport),
    as,
    close: async () => {
      await service.stop?.();
      await database.close();
    },
  };
}

function withUser(header: ConstructorParameters<typeof Headers>[0], userId: string): Headers {
  const headers = new Headers(header);
  headers.set(userHeader, userId);
  return headers;
}

interface Ids {
  readonly orderId: string;
  readonly userId: string;
  readonly requestId: string;
}

/** A valid request to create an order of two lines, 10.00 + 2 × 2.50 USD. */
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
