import { create } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type CallOptions,
  type Client,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { CartSchema, CartService, type Cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { callerKey } from '../../../platform/auth/caller.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import { errorsInterceptor } from '../../../platform/rpc/interceptors/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { buildOrder } from '../../../services/order/app.ts';
import { readOrderConfig } from '../../../services/order/config.ts';
import { httpStatusKey } from '../../../platform/rpc/server/http-status.ts';
import type { Service } from '../../../platform/service.ts';
import { buildCheckout } from '../../../services/checkout/app.ts';
import { readCheckoutConfig } from '../../../services/checkout/config.ts';
import { FakeCheckouts } from '../../../services/checkout/testing/fake-checkouts.ts';

/** A token is a user's id here; the platform's authentication is tested in the platform. */
function signIn(statuses: Map<string, number | undefined>): Interceptor {
  return (next) => async (request) => {
    const userId = request.header.get('authorization')?.replace('Bearer ', '');
    if (userId !== undefined) request.contextValues.set(callerKey, { kind: 'user', userId, roles: [], sessionId: '' });
    const response = await next(request);
    statuses.set(request.method.name, request.contextValues.get(httpStatusKey));
    return response;
  };
}

function userOf(context: HandlerContext): string {
  const caller = context.values.get(callerKey);
  if (caller.kind !== 'user') throw new ConnectError('no user', Code.Unauthenticated);
  return caller.userId;
}

/** The peers whose transports are faked: what each user has in the cart, and in which currency the wallet is. */
export class Peers {
  readonly carts = new Map<string, Cart>();
  readonly wallets = new Map<string, string>();

  /** What happens, once, before a cart is read. */
  beforeNextGetCart: (() => Promise<void>) | undefined;

  readonly routes: NonNullable<Service['routes']> = (router) => {
    router.service(CartService, {
      getCart: async (_request, context) => {
        const before = this.beforeNextGetCart;
        this.beforeNextGetCart = undefined;
        await before?.();
        return { cart: this.carts.get(userOf(context)) ?? create(CartSchema, {}) };
      },
    });
    router.service(WalletService, {
      getWallet: (_request, context) => {
        const currencyCode = this.wallets.get(userOf(context));
        if (currencyCode === undefined) throw notFound('WALLET_NOT_FOUND', 'there is no wallet');
        return { wallet: { walletId: randomUUID(), currencyCode } };
      },
    });
  };

  /** A user with a USD wallet and one line of `quantity` at 10.00 in the cart. */
  newBuyer(quantity = 2, currencyCode = 'USD'): string {
    const userId = randomUUID();
    const unitPrice = { currencyCode, minorUnits: 1000n };
    const item = { productId: randomUUID(), name: 'Lamp', quantity, unitPrice };
    this.carts.set(userId, create(CartSchema, { items: [item], version: 3n }));
    this.wallets.set(userId, 'USD');
    return userId;
  }
}

export interface CheckoutHarness {
  readonly database: TestDatabase;
  readonly peers: Peers;
  readonly checkouts: FakeCheckouts;
  readonly registry: Registry;
  readonly write: Client<typeof OrderWriteService>;
  readonly client: Client<typeof CheckoutService>;
  /** Options of a call by that user. */
  readonly by: (userId: string) => CallOptions & { headers: { authorization: string } };
  /** The REST status of the last call of that method, if it set one. */
  readonly statuses: Map<string, number | undefined>;
  readonly close: () => Promise<void>;
}

/** The checkout service in front of a real order service on a database of its own; `start` runs its sweeps. */
export async function createCheckoutHarness(
  env: Readonly<Record<string, string>> = {},
  start = false,
): Promise<CheckoutHarness> {
  const database = await createTestDatabase('order', 'orders');
  const logger = pino({ level: 'silent' });
  const peers = new Peers();
  const checkouts = new FakeCheckouts();
  const statuses = new Map<string, number | undefined>();
  const registry = new Registry();
  const refuse = { cancel: async () => 'NOT_CANCELLABLE' as const, refund: async () => undefined };
  const config = readOrderConfig(env);
  const order = buildOrder({ database, workflows: refuse, logger, registry: new Registry(), config });
  const interceptors = [errorsInterceptor(), signIn(statuses)];
  const behind = createRouterTransport(
    (router) => {
      peers.routes(router);
      order.routes?.(router);
      order.internalRoutes?.(router);
    },
    { router: { interceptors } },
  );
  const write = createClient(OrderWriteService, behind);
  const checkout = buildCheckout({
    cart: createClient(CartService, behind),
    wallet: createClient(WalletService, behind),
    orders: createClient(OrderService, behind),
    orderWrite: write,
    checkouts,
    logger,
    registry,
    config: readCheckoutConfig(env),
  });
  checkouts.write = write;
  await order.start?.();
  if (start) await checkout.start?.();
  const door = createRouterTransport((router) => checkout.routes?.(router), { router: { interceptors } });
  return {
    database,
    peers,
    checkouts,
    registry,
    write,
    client: createClient(CheckoutService, door),
    by: (userId) => ({ headers: { authorization: `Bearer ${userId}` } }),
    statuses,
    close: async () => {
      await checkout.stop?.();
      await order.stop?.();
      await database.close();
    },
  };
}
