import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createSweep } from '../platform/background/sweep.ts';
import type { Database } from '../platform/db/database.ts';
import type { Service } from '../platform/service.ts';
import type { WalletConfig } from './config.ts';
import type { WalletDeps } from './domain/deps.ts';
import { expireOverdueHolds } from './domain/expire.ts';
import { createWalletMetrics } from './metrics.ts';
import { createWalletRepository } from './repository.ts';
import { internalRoutes, publicRoutes } from './routes.ts';

export interface WalletAppDeps {
  readonly db: Database;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: WalletConfig;
}

const hourMs = 3_600_000;

/** Users' money: wallets on a double-entry ledger, and the holds, captures and refunds of orders. */
export function buildWallet({ db, logger, registry, config }: WalletAppDeps): Service {
  const repository = createWalletRepository(db);
  const deps: WalletDeps = { repository, metrics: createWalletMetrics(registry) };
  const sweeps = [
    createSweep('holds', config.sweepSeconds * 1000, logger, (signal) => expireOverdueHolds(deps, signal)),
    createSweep('wallet requests', hourMs, logger, () => repository.forgetRequests(config.requestsKeptDays)),
  ];
  return {
    role: 'wallet',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    checks: { postgres: repository.ping },
    start: async () => {
      for (const sweep of sweeps) sweep.start();
    },
    stop: async () => {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
    },
  };
}
