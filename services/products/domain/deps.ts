import type { ProductsMetrics } from '../metrics.ts';
import type { Accounts, CatalogCache } from '../ports.ts';
import type { ProductsRepository } from '../repository/index.ts';

/** What the verbs of this service work with. */
export interface ProductsDeps {
  readonly repository: ProductsRepository;
  readonly cache: CatalogCache;
  readonly metrics: ProductsMetrics;
}

/** What tells who may change the catalog. */
export interface AccessDeps {
  readonly accounts: Accounts;
}
