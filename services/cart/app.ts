import type { Client } from '@connectrpc/connect';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { OrderWriteService } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { Database } from '../../platform/data/db/database.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { createCatalogClient } from './adapters/catalog-client.ts';
import { noCache } from './adapters/no-cache.ts';
import { createOrderClient } from './adapters/order-client.ts';
import { createOrderEventsConsumer } from './adapters/order-events-consumer.ts';
import { createRedisCache } from './adapters/redis-cache.ts';
import type { CartConfig } from './config.ts';
import type { CartDeps } from './domain/deps.ts';
import { createCartMetrics } from './metrics.ts';
import { createCartRepository } from './repository/index.ts';
import { internalRoutes, publicRoutes } from './routes.ts';

export interface CartAppDeps {
  readonly db: Database;
  /** For the cart cache. The service works without it. */
  readonly redis?: Redis | undefined;
  readonly products: Pick<Client<typeof ProductService>, 'batchGetProducts'>;
  readonly orders: Pick<Client<typeof OrderWriteService>, 'get'>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: CartConfig;
}

const hourMs = 3_600_000;

/** The cart service: users' carts, and the claims that orders have on them. */
export function buildCart({ db, redis, products, orders, logger, registry, config }: CartAppDeps): Service {
  const repository = createCartRepository(db);
  const metrics = createCartMetrics(registry);
  metrics.countOverdueClaims(repository.countOverdueClaims);
  const ttlMs = config.cacheSeconds * 1000;
  const redisCache =
    redis === undefined || ttlMs === 0
      ? undefined
      : createRedisCache({ redis, registry, logger, ttlMs, onRead: metrics.cacheRead });
  const cache = redisCache ?? noCache;
  const catalog = createCatalogClient(products);
  const deps: CartDeps = { repository, cache, catalog, orderEnds: createOrderClient(orders), metrics, logger };
  let loop: Loop | undefined;
  return {
    role: 'cart',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    consumers: [createOrderEventsConsumer(deps)],
    checks: { postgres: repository.ping },
    startUpkeep: () => {
      loop = startLoop({ name: 'expiry of the cart inbox and requests', pauseMs: hourMs, logger }, async (signal) => {
        await repository.forgetEvents(config.eventsKeptDays, signal);
        await repository.forgetRequests(config.requestsKeptDays, signal);
      });
    },
    stop: async () => {
      redisCache?.stop();
      await loop?.stop();
    },
  };
}
