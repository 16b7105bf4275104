import type { CartCache } from '../cache.ts';
import type { CartMetrics } from '../metrics.ts';
import type { CartRepository } from '../repository.ts';
import type { CatalogProduct } from './types.ts';

/** Today's products by id; those that are gone are missing. */
export type Catalog = (productIds: readonly string[]) => Promise<ReadonlyMap<string, CatalogProduct>>;

/** What the verbs of the cart work with. */
export interface CartDeps {
  readonly repository: CartRepository;
  readonly cache: CartCache;
  readonly catalog: Catalog;
  readonly metrics: CartMetrics;
}
