import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database } from '../../platform/data/db/database.ts';
import { startLoop, whenDue, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { Siblings } from '../../platform/siblings.ts';
import { createAccounts, type AccountClient } from './adapters/accounts.ts';
import { createRedisStore } from './adapters/cache-store.ts';
import { createCatalogCache } from './adapters/cache.ts';
import { createToldCache } from './adapters/told-cache.ts';
import type { ProductsConfig } from './config.ts';
import type { ProductsDeps } from './domain/deps.ts';
import { expireReservations } from './domain/expire.ts';
import { createProductsMetrics } from './metrics.ts';
import { createProductsRepository } from './repository/index.ts';
import { internalRoutes, publicRoutes, sharedReads } from './routes.ts';

export interface ProductsAppDeps {
  readonly db: Database;
  /** Tells whether who changes the catalog is still an administrator. */
  readonly accounts: AccountClient;
  /** Shares the cache of products between processes. The service works without it. */
  readonly redis?: Redis | undefined;
  /** The processes that share the ports of this one. */
  readonly siblings?: Siblings | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: ProductsConfig;
}

const expireBatch = 50;
const hourMs = 3_600_000;
const idleFactor = 15;
/** A reservation lasts longer than this (`CHECKOUT_TTL_SECONDS`), so the sweep knows of each one before it expires. */
const longestIdleMs = 30_000;

/** The products service: the catalog, its stock, and the reservations of orders. */
export function buildProducts(app: ProductsAppDeps): Service {
  const { db, redis, siblings, logger, registry, config } = app;
  const metrics = createProductsMetrics(registry);
  const ownCache = createCatalogCache({
    maxAgeMs: config.cacheMs,
    onRead: metrics.read,
    ...(redis === undefined ? {} : { store: createRedisStore({ redis, registry, logger }) }),
  });
  const cache = siblings === undefined ? ownCache : createToldCache(ownCache, siblings);
  const repository = createProductsRepository(db);
  const deps: ProductsDeps = { repository, cache, metrics };
  let loops: readonly Loop[] = [];
  return {
    role: 'products',
    routes: publicRoutes({ ...deps, accounts: createAccounts(app.accounts) }),
    internalRoutes: internalRoutes(deps),
    sharedReads: sharedReads(deps),
    checks: { postgres: repository.ping },
    startUpkeep: () => {
      const pauseMs = config.sweepMs;
      const idleMs = Math.min(idleFactor * pauseMs, longestIdleMs);
      loops = [
        startLoop(
          { name: 'reservation sweep', pauseMs, idleMs, logger },
          whenDue(repository.nextExpiryMs, async (signal) => {
            while (!signal.aborted && (await expireReservations(deps, { limit: expireBatch })) === expireBatch);
          }),
        ),
        startLoop({ name: 'request sweep', pauseMs: hourMs, logger }, async (signal) => {
          await repository.forgetRequests(config.requestsKeptDays, signal);
        }),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
