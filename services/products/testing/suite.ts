import { create } from '@bufbuild/protobuf';
import {
  createClient,
  createRouterTransport,
  type ConnectRouter,
  type Interceptor,
  type Transport,
} from '@connectrpc/connect';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { CatalogTrailService } from '../../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { StockService } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService, type Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { GetMeResponseSchema } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { callerKey } from '../../../platform/auth/caller.ts';
import { findDeadlocksSoon } from '../../../platform/testing/contention.ts';
import { contractInterceptor } from '../../../platform/testing/contract.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { buildProducts } from '../app.ts';
import type { AccountClient } from '../adapters/accounts.ts';
import { createCatalogCache } from '../adapters/cache.ts';
import { readProductsConfig } from '../config.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { expireReservations } from '../domain/expire.ts';
import type { Money } from '../../../proto/money.ts';
import { createProductsMetrics } from '../metrics.ts';
import { createProductsRepository } from '../repository/index.ts';
import { internalRoutes } from '../routes.ts';

/** The sso service. Everybody is an administrator unless a test says otherwise. */
class FakeAccounts {
  roles: readonly string[] = ['customer', 'admin'];
  /** Thrown instead of an answer. */
  away: Error | undefined;
  asked = 0;

  client(): AccountClient {
    return {
      getMe: () => {
        this.asked++;
        if (this.away !== undefined) return Promise.reject(this.away);
        return Promise.resolve(create(GetMeResponseSchema, { user: { roles: [...this.roles] } }));
      },
    };
  }
}

export { refusal } from '../../../platform/testing/refusal.ts';

/** Makes every call a call of this administrator. */
function asAdmin(userId: string): Interceptor {
  return (next) => (request) => {
    request.contextValues.set(callerKey, { kind: 'user', userId, roles: ['admin'], sessionId: '' });
    return next(request);
  };
}

/** In memory, with the contract's checks. */
function transportTo(...routes: readonly (((router: ConnectRouter) => void) | undefined)[]): Transport {
  const interceptors = [contractInterceptor(), asAdmin(randomUUID())];
  return createRouterTransport(
    (router) => {
      for (const register of routes) register?.(router);
    },
    { router: { interceptors } },
  );
}

interface TestOptions {
  readonly redis?: Redis;
  /** Default: a new one. */
  readonly database?: TestDatabase;
  /** Settings by their environment names. The cache is off by default. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The service on a new database, called through its clients and the contract's checks. */
export async function createProductsSuite(options: TestOptions = {}) {
  const database = options.database ?? (await createTestDatabase('products', 'products'));
  await findDeadlocksSoon(database);
  const accounts = new FakeAccounts();
  const build = (env: TestOptions['env'] = options.env) => {
    const service = buildProducts({
      db: database.db,
      accounts: accounts.client(),
      redis: options.redis,
      logger: pino({ level: 'silent' }),
      registry: new Registry(),
      config: readProductsConfig({ PRODUCTS_CATALOG_CACHE_MS: '0', ...env }),
    });
    const transport = transportTo(service.routes, service.internalRoutes);
    return {
      service,
      products: createClient(ProductService, transport),
      stock: createClient(StockService, transport),
      trail: createClient(CatalogTrailService, transport),
    };
  };
  const app = build();
  const repository = createProductsRepository(database.db);
  const deps: ProductsDeps = {
    repository,
    cache: createCatalogCache({ maxAgeMs: 0 }),
    metrics: createProductsMetrics(new Registry()),
  };
  return {
    ...app,
    accounts,
    /** Its calls work with `deps`. */
    stock: createClient(StockService, transportTo(internalRoutes(deps))),
    /** Another replica on the same database, with settings of its own if given. */
    build,
    database,
    /** The `deps` of verbs, for tests that call verbs directly. */
    deps,
    /** One round of the expiry sweep. */
    sweep: () => expireReservations(deps, { limit: 50 }),
    addProduct: async (fields: Partial<NewProduct> = {}): Promise<Product> => {
      const { availableQuantity = 100, priceMinor = 1999n, ...texts } = fields;
      const price = usd(priceMinor);
      const { product } = await app.products.createProduct({
        product: { sku: `sku-${randomUUID()}`, name: 'Thing', ...texts, availableQuantity, price },
        requestId: randomUUID(),
      });
      if (product === undefined) throw new Error('no product in the answer');
      return product;
    },
    available: async (productId: string): Promise<number | undefined> => {
      return (await app.products.getProduct({ productId })).product?.availableQuantity;
    },
  };
}

export function usd(minorUnits: bigint): Money {
  return { currencyCode: 'USD', minorUnits };
}

export type ProductsSuite = Awaited<ReturnType<typeof createProductsSuite>>;

interface NewProduct {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceMinor: bigint;
  readonly availableQuantity: number;
}
