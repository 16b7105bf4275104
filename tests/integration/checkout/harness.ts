import type { Client } from '@connectrpc/connect';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { startWithUpkeep } from '../../../platform/testing/start.ts';
import { createCheckoutSuite, type CheckoutSuite } from '../../../services/checkout/testing/suite.ts';
import { buildOrder } from '../../../services/order/app.ts';
import { readOrderConfig } from '../../../services/order/config.ts';
import { FakeOrderWorkflows, orderWriteClient } from '../../../services/order/testing/suite.ts';

/** The checkout service with a real order service on a new database. */
export interface CheckoutHarness extends CheckoutSuite {
  readonly database: TestDatabase;
  /** The internal RPCs of the order service, called with a permitted service token. */
  readonly write: Client<typeof OrderWriteService>;
}

/** @param start true if the sweeps of the checkout service run */
export async function createCheckoutHarness(
  env: Readonly<Record<string, string>> = {},
  start = false,
): Promise<CheckoutHarness> {
  const database = await createTestDatabase('order', 'orders');
  const order = buildOrder({
    database,
    workflows: new FakeOrderWorkflows(),
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
    config: readOrderConfig(env),
  });
  await startWithUpkeep(order);
  const suite = await createCheckoutSuite({ orders: order, env, start });
  const write = orderWriteClient(suite.rpc);
  suite.workflows.write = write;
  return {
    ...suite,
    database,
    write,
    close: async () => {
      await suite.close();
      await order.stop?.();
      await database.close();
    },
  };
}
