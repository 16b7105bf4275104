import type { ProductsDeps } from './deps.ts';
import type { Product } from './types.ts';

/**
 * The products of these ids, in this order, each once. Unknown ids are left out. The answer is at most a second old.
 */
export async function batchGetProducts(
  deps: ProductsDeps,
  { productIds }: { readonly productIds: readonly string[] },
): Promise<Product[]> {
  // UUIDs are compared as text, and a caller may write them in capitals.
  const ids = [...new Set(productIds.map((productId) => productId.toLowerCase()))];
  const found = await deps.cache.products(ids, (missing) => deps.repository.findProducts(missing));
  return ids.flatMap((id) => found.get(id) ?? []);
}
