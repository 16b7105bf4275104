import type { Client } from '@connectrpc/connect';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createCheckoutSuite, type CheckoutSuite } from '../../../services/checkout/testing/suite.ts';
import { buildOrder } from '../../../services/order/app.ts';
import { readOrderConfig } from '../../../services/order/config.ts';
import { FakeOrderWorkflows, orderWriteClient } from '../../../services/order/testing/suite.ts';

/** The checkout service in front of a real order service on a database of its own. */
export interface CheckoutHarness extends CheckoutSuite {
  readonly database: TestDatabase;
  /** The order service's internal RPCs, each as a service calls it that may. */
  readonly write: Client<typeof OrderWriteService>;
}

/** @param start whether the sweeps of checkout run */
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
  await order.start?.();
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
