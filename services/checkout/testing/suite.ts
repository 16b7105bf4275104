import type { Client } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createClients } from '../../../platform/rpc/clients/clients.ts';
import type { Service } from '../../../platform/service.ts';
import { rest, type RestAnswer } from '../../../platform/testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { startWithUpkeep } from '../../../platform/testing/start.ts';
import { createTestAuth } from '../../../platform/testing/tokens.ts';
import { buildCheckout } from '../app.ts';
import { readCheckoutConfig } from '../config.ts';
import { FakeShop } from './fake-shop.ts';
import { FakeCheckoutWorkflows } from './fake-workflows.ts';

/** The checkout service and the services that it calls, called as in production: through all interceptors. */
export interface CheckoutSuite {
  readonly shop: FakeShop;
  readonly workflows: FakeCheckoutWorkflows;
  readonly registry: Registry;
  readonly rpc: TestRpc;
  /** A client with this user's token. */
  readonly as: (userId: string) => Client<typeof CheckoutService>;
  /** Starts a checkout as that user does over REST. */
  readonly startOverRest: (userId: string, body?: object) => Promise<RestAnswer>;
  readonly close: () => Promise<void>;
}

export interface CheckoutSuiteOptions {
  /** The order service, real or fake. */
  readonly orders: Service;
  /** Settings by their environment names. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the service's loops run. Default false. */
  readonly start?: boolean;
}

export async function createCheckoutSuite(options: CheckoutSuiteOptions): Promise<CheckoutSuite> {
  const { orders, env = {}, start = false } = options;
  const logger = pino({ level: 'silent' });
  const shop = new FakeShop();
  const workflows = new FakeCheckoutWorkflows();
  const registry = new Registry();
  const auth = await createTestAuth();
  const clients = createClients({ logger });
  const checkout = buildCheckout({
    cart: clients.connect(CartService),
    wallet: clients.connect(WalletService),
    orders: clients.connect(OrderService),
    orderWrite: clients.connect(OrderWriteService, { as: auth.serviceKeys.signer('checkout') }),
    workflows,
    logger,
    registry,
    config: readCheckoutConfig(env),
  });
  const rpc = await createTestRpc([checkout, orders, shop.service], { auth, clients });
  const { http } = await rpc.server.start();
  if (start) await startWithUpkeep(checkout);
  return {
    shop,
    workflows,
    registry,
    rpc,
    as: (userId) => rpc.connect(CheckoutService, { user: { userId } }),
    startOverRest: async (userId, body) => {
      const headers = { authorization: `Bearer ${await auth.tokenOf({ userId })}` };
      return rest(http, 'POST /api/v1/cart/checkout', { headers, body: { requestId: randomUUID(), ...body } });
    },
    close: async () => {
      await rpc.server.stop();
      await checkout.stop?.();
    },
  };
}
