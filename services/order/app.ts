import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import { sampledGauges } from '../../platform/telemetry/sampled-gauges.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { createOrderChanges } from './adapters/order-changes.ts';
import type { OrderConfig } from './config.ts';
import { sweepRefunds } from './domain/sweep-refunds.ts';
import type { Cancellations } from './ports.ts';
import { createOrderRepository, type OrderRepository } from './repository/index.ts';
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
  const ordersCreated = createdCounter(registry);
  measureWaiting(orders, registry, logger);
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

function createdCounter(registry: Registry): Counter {
  return new Counter({
    name: 'orders_created_total',
    help: 'Orders created, one per accepted checkout',
    registers: [registry],
  });
}

/** A step that nothing may end, before or after the money is taken, shows as a PENDING order that grows old. */
function measureWaiting(orders: OrderRepository, registry: Registry, logger: Logger): void {
  sampledGauges(registry, orders.waiting, (error) => logger.debug({ err: error }, 'orders can not be measured'), [
    { name: 'orders_unstarted', help: 'PENDING orders whose workflow is not started', pick: (now) => now.unstarted },
    { name: 'orders_running', help: 'PENDING orders whose workflow is started', pick: (now) => now.started },
    {
      name: 'orders_pending_oldest_age_seconds',
      help: 'Age of the oldest PENDING order; above 300 a step waits that nothing may end',
      pick: (now) => now.oldestSeconds,
    },
    { name: 'orders_refunding', help: 'COMPLETED orders whose refund is under way', pick: (now) => now.refunding },
  ]);
}
