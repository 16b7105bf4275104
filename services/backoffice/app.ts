import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { BackofficeConfig } from './config.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { createBackofficeMetrics } from './metrics.ts';
import { createBackofficeRepository } from './repository/index.ts';
import { publicRoutes } from './routes.ts';

export interface BackofficeAppDeps {
  readonly database: Pick<DatabaseHandle, 'db' | 'check'>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: BackofficeConfig;
}

const hourMs = 3_600_000;

/** Backoffices of users. Composes the service; starts nothing. */
export function buildBackoffice({ database, logger, registry, config }: BackofficeAppDeps): Service {
  const repository = createBackofficeRepository(database.db);
  const deps: BackofficeDeps = { repository, metrics: createBackofficeMetrics(registry) };
  let forgetting: Loop | undefined;
  return {
    role: 'backoffice',
    routes: publicRoutes(deps),
    checks: { postgres: database.check },
    startUpkeep: () => {
      forgetting = startLoop({ name: 'forgetting of backoffice requests', pauseMs: hourMs, logger }, () =>
        repository.forgetRequests(config.requestsKeptDays),
      );
    },
    stop: async () => forgetting?.stop(),
  };
}
