import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { DatabaseHandle } from '../platform/db/database.ts';
import { startLoop, type Loop } from '../platform/loop.ts';
import type { Service } from '../platform/service.ts';
import { createOrderChanges } from './changes.ts';
import type { OrderConfig } from './config.ts';
import { sweepRefunds } from './domain/sweep-refunds.ts';
import type { Cancellations } from './ports.ts';
import { createOrderRepository } from './repository.ts';
import { orderInternalRoutes, orderRoutes } from './routes.ts';

export interface OrderDeps {
  readonly database: Pick<DatabaseHandle, 'db' | 'listen' | 'check'>;
  readonly checkouts: Cancellations;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: OrderConfig;
}

const hourMs = 3_600_000;

/** The order service: orders, their lines, status and history, and the events of their ends. */
export function buildOrder({ database, checkouts, logger, registry, config }: OrderDeps): Service {
  const orders = createOrderRepository(database.db);
  const { startDelaySeconds, refundLeaseSeconds, refundSweepSeconds, watchPollSeconds: pollSeconds } = config;
  const changes = createOrderChanges({ orders, listen: database.listen, logger, pollSeconds });
  const ordersCreated = new Counter({
    name: 'orders_created_total',
    help: 'Orders created, one per accepted checkout',
    registers: [registry],
  });
  const loops: Loop[] = [];

  return {
    role: 'order',
    routes: orderRoutes({ orders, checkouts, changes, refundLeaseSeconds }),
    internalRoutes: orderInternalRoutes({ orders, ordersCreated, startDelaySeconds }),
    checks: { postgres: database.check },
    start: async () => {
      changes.start();
      loops.push(
        startLoop(
          { name: 'refund sweep', pauseMs: refundSweepSeconds * 1000, maxPauseMs: 30_000, logger },
          async () => {
            await sweepRefunds({ orders, checkouts, logger, refundLeaseSeconds });
          },
        ),
        startLoop({ name: 'forgetting of old requests', pauseMs: hourMs, logger }, async () => {
          await orders.forgetRequests(config.requestsKeptDays);
        }),
      );
    },
    stop: async () => {
      await Promise.all([changes.stop(), ...loops.map((loop) => loop.stop())]);
    },
  };
}
