import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import { startLoop, whenDue, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { createCatalogChanges, type CatalogTrailClient } from './adapters/catalog-changes.ts';
import { createUsers, type UserDirectoryClient } from './adapters/users.ts';
import { createOrderRecords, type RecordClients } from './adapters/order-records.ts';
import { createRefunds, type RefundClient } from './adapters/refunds.ts';
import { createWallets, type AdjustmentClient } from './adapters/wallets.ts';
import type { BackofficeConfig } from './config.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { finishOpen } from './domain/finish-open.ts';
import { takeChanges } from './domain/take-changes.ts';
import { createBackofficeMetrics } from './metrics.ts';
import { createBackofficeRepository } from './repository/index.ts';
import { publicRoutes } from './routes.ts';

export interface BackofficeAppDeps {
  readonly database: Pick<DatabaseHandle, 'db' | 'check'>;
  readonly adjustments: AdjustmentClient;
  readonly users: UserDirectoryClient;
  readonly records: RecordClients;
  readonly refunds: RefundClient;
  readonly catalogTrail: CatalogTrailClient;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: BackofficeConfig;
}

/** An open entry becomes due half a minute after it was written, so the sweep learns of each one before. */
const longestIdleMs = 30_000;
/** Whoever lists the trail takes what waits first, so this loop is only for a trail at which nobody looks. */
const changesIdleMs = 600_000;

/** The back office: what administrators change, with an audit trail. Composes the service; starts nothing. */
export function buildBackoffice(app: BackofficeAppDeps): Service {
  const { database, logger, registry, config } = app;
  const repository = createBackofficeRepository(database.db);
  const deps: BackofficeDeps = {
    repository,
    wallets: createWallets(app.adjustments, app.records.funds),
    users: createUsers(app.users),
    records: createOrderRecords(app.records),
    refunds: createRefunds(app.refunds),
    catalogChanges: createCatalogChanges(app.catalogTrail),
    metrics: createBackofficeMetrics(registry),
    logger,
  };
  let loops: readonly Loop[] = [];
  return {
    role: 'backoffice',
    routes: publicRoutes(deps),
    checks: { postgres: database.check },
    startUpkeep: () => {
      const pauseMs = config.sweepSeconds * 1000;
      const idleMs = Math.max(pauseMs, longestIdleMs);
      loops = [
        startLoop(
          { name: 'sweep of open changes', pauseMs, idleMs, logger },
          whenDue(repository.nextOpenMs, (signal) => finishOpen(deps, { signal })),
        ),
        startLoop(
          { name: 'taking changes of the catalog', pauseMs, idleMs: changesIdleMs, maxPauseMs: 60_000, logger },
          async (signal) => {
            await takeChanges(deps, { signal });
            return Number.POSITIVE_INFINITY;
          },
        ),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
