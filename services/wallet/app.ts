import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database } from '../../platform/data/db/database.ts';
import { startLoop, whenDue, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { WalletConfig } from './config.ts';
import type { WalletDeps } from './domain/deps.ts';
import { expireOverdueHolds } from './domain/expire.ts';
import { createWalletMetrics } from './metrics.ts';
import { createWalletRepository } from './repository/index.ts';
import { internalRoutes, publicRoutes } from './routes.ts';

export interface WalletAppDeps {
  readonly db: Database;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: WalletConfig;
}

const hourMs = 3_600_000;
const idleFactor = 15;
/** A hold lasts longer than this (`CHECKOUT_TTL_SECONDS`), so the sweep knows of each one before it expires. */
const longestIdleMs = 30_000;

/** The wallet service: wallets on a double-entry ledger, and the holds, captures and refunds of orders. */
export function buildWallet({ db, logger, registry, config }: WalletAppDeps): Service {
  const repository = createWalletRepository(db);
  const deps: WalletDeps = { repository, metrics: createWalletMetrics(registry), freeTopUp: config.freeTopUp };
  let loops: readonly Loop[] = [];
  return {
    role: 'wallet',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    checks: { postgres: repository.ping },
    startUpkeep: () => {
      const pauseMs = config.sweepSeconds * 1000;
      const idleMs = Math.min(idleFactor * pauseMs, longestIdleMs);
      loops = [
        startLoop(
          { name: 'expiry of holds', pauseMs, idleMs, logger },
          whenDue(repository.nextExpiryMs, (signal) => expireOverdueHolds(deps, { signal })),
        ),
        startLoop(
          { name: 'expiry of wallet requests', pauseMs: hourMs, logger },
          async (signal) => void (await repository.forgetRequests(config.requestsKeptDays, signal)),
        ),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
