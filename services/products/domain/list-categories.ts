import type { ProductsDeps } from './deps.ts';

export interface Category {
  readonly name: string;
  /** Products in it, sold out ones as well. */
  readonly productCount: number;
}

/** The categories that have products, by name. At most a second old. */
export function listCategories(deps: ProductsDeps): Promise<readonly Category[]> {
  return deps.cache.categories(() => deps.repository.listCategories());
}
