import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import { startLoop, whenDue, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { createOrderChanges } from './adapters/order-changes.ts';
import type { OrderConfig } from './config.ts';
import type { OrderDeps } from './domain/deps.ts';
import { sweepRefunds } from './domain/sweep-refunds.ts';
import { createOrderMetrics } from './metrics.ts';
import type { OrderWorkflows } from './ports.ts';
import { createOrderRepository } from './repository/index.ts';
import { internalRoutes, publicRoutes } from './routes.ts';

export interface OrderAppDeps {
  readonly database: Pick<DatabaseHandle, 'db' | 'listen' | 'check'>;
  readonly workflows: OrderWorkflows;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: OrderConfig;
}

const hourMs = 3_600_000;
const refundsAtOnce = 20;

/** The order service: orders with their lines, status and history, and the events of their ends. */
export function buildOrder({ database, workflows, logger, registry, config }: OrderAppDeps): Service {
  const repository = createOrderRepository(database.db);
  const { startDelaySeconds, refundLeaseSeconds, refundSweepSeconds, watchPollSeconds: pollSeconds } = config;
  const changes = createOrderChanges({ repository, listen: database.listen, logger, pollSeconds });
  const metrics = createOrderMetrics(registry);
  metrics.measureWaiting(repository.waiting, (error) =>
    logger.debug({ err: error }, 'could not count orders for the metrics'),
  );
  const deps: OrderDeps = { repository, workflows, changes, metrics, logger, startDelaySeconds, refundLeaseSeconds };
  const loops: Loop[] = [];

  return {
    role: 'order',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    checks: { postgres: database.check },
    start: async () => {
      changes.start();
    },
    startUpkeep: () => {
      const pauseMs = refundSweepSeconds * 1000;
      // A wish becomes due only after the lease, so the sweep knows of each one before.
      const idleMs = refundLeaseSeconds * 1000;
      loops.push(
        startLoop(
          { name: 'refund sweep', pauseMs, maxPauseMs: 30_000, idleMs, logger },
          whenDue(repository.nextRefundMs, () => sweepRefunds(deps, { limit: refundsAtOnce })),
        ),
        startLoop(
          { name: 'forgetting of old requests', pauseMs: hourMs, logger },
          async (signal) => void (await repository.forgetRequests(config.requestsKeptDays, signal)),
        ),
      );
    },
    stop: async () => {
      await Promise.all([changes.stop(), ...loops.map((loop) => loop.stop())]);
    },
  };
}
