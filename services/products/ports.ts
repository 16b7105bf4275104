import type { Category, Product, ProductPage } from './domain/types.ts';

/** The sso service, as this one needs it. */
export interface Accounts {
  /**
   * The roles that a person has now.
   * @param authorization the header with the person's access token
   * @throws TOKEN_INVALID if there is no such person any more
   */
  readonly rolesOf: (authorization: string) => Promise<readonly string[]>;
}

/** The cache of the catalog. Its answers were read from the database less than a second ago. */
export interface CatalogCache {
  /** Products by id. `load` reads those that are not cached. */
  readonly products: (
    productIds: readonly string[],
    load: (missing: readonly string[]) => Promise<readonly Product[]>,
  ) => Promise<ReadonlyMap<string, Product>>;
  readonly page: (key: string, load: () => Promise<ProductPage>) => Promise<ProductPage>;
  readonly categories: (load: () => Promise<readonly Category[]>) => Promise<readonly Category[]>;
  /** What a read would find in this process without waiting. The same answer is the same object. */
  readonly atHand: {
    readonly product: (productId: string) => Product | undefined;
    readonly page: (key: string) => ProductPage | undefined;
    readonly categories: () => readonly Category[] | undefined;
  };
  /** Call it after a commit that changed or created products. This process then answers the new state immediately. */
  readonly catalogChanged: (productIds: readonly string[]) => void;
  /** Call it after a commit that changed stock for an order. Lists may show the old stock until they expire. */
  readonly stockChanged: (productIds: readonly string[]) => void;
}
