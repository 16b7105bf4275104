import type { Category, Product, ProductPage } from './domain/types.ts';

/** Read-through cache of the catalog. What it answers was read from the database at most `maxAgeMs` ago. */
export interface CatalogCache {
  /** Products by id; `load` is asked for those that are not cached. */
  readonly products: (
    productIds: readonly string[],
    load: (missing: readonly string[]) => Promise<readonly Product[]>,
  ) => Promise<ReadonlyMap<string, Product>>;
  readonly page: (key: string, load: () => Promise<ProductPage>) => Promise<ProductPage>;
  readonly categories: (load: () => Promise<readonly Category[]>) => Promise<readonly Category[]>;
  /** Call after a commit that changed products, or made new ones: this process then answers the new state at once. */
  readonly catalogChanged: (productIds: readonly string[]) => void;
  /** The same for counters that orders change: lists may show the old ones until they run out. */
  readonly stockChanged: (productIds: readonly string[]) => void;
}
