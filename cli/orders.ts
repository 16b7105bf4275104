import { pino } from 'pino';
import { loadServiceKeys } from '../platform/auth/service-keys.ts';
import { createClients } from '../platform/rpc/clients/clients.ts';
import { OrderWriteService, type SagaOrder } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { CliError, exitCodes, usageError } from './exit.ts';
import { textOf } from './failure.ts';
import { callPart } from './parts.ts';
import { orderAddress, withoutPassword } from './settings.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

export interface Orders {
  readonly get: (orderId: string) => Promise<SagaOrder>;
  readonly close: () => void;
}

/** The internal API of the order service, which gives an order of any user. */
export async function openOrders(env: Env): Promise<Orders> {
  const dir = required(env, 'SERVICE_KEYS_DIR');
  const keys = await loadServiceKeys(dir).catch((error: unknown) => {
    const what = 'must be a folder with public.json and cli.json';
    throw new CliError('WRONG_SETTING', exitCodes.usage, `SERVICE_KEYS_DIR: ${what}: ${textOf(error)}`, error);
  });
  const address = orderAddress(env);
  const clients = createClients({ addressesOf: () => [address], logger: pino({ level: 'silent' }) });
  const orders = clients.connect(OrderWriteService, { as: keys.signer('cli') });
  return {
    async get(orderId) {
      const { order } = await callPart({ part: 'order service', address: withoutPassword(address) }, () =>
        orders.get({ orderId }),
      );
      if (order === undefined) throw new Error(`the answer of the order service contains no order ${orderId}`);
      return order;
    },
    close: clients.close,
  };
}

function required(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined)
    throw usageError(
      `${name} is not set: set it (docs/support.md tells how to get the keys), or start the platform with ` +
        '`npm run dev` and use `npm run cli`',
    );
  return value;
}
