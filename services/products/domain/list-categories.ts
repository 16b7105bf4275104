import type { ProductsDeps } from './deps.ts';
import type { Category } from './types.ts';

/** The categories that have products, sorted by name. The answer is at most a second old. */
export function listCategories(deps: ProductsDeps): Promise<readonly Category[]> {
  return deps.cache.categories(() => deps.repository.listCategories());
}

/** The categories while they are in memory and not too old. */
export function listCategoriesAtHand(deps: ProductsDeps): readonly Category[] | undefined {
  return deps.cache.atHand.categories();
}
