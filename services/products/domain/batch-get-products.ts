import type { ProductsDeps } from './deps.ts';
import type { Product } from './types.ts';

/** The products of the given ids, in that order, each once; unknown ones are left out. At most a second old. */
export async function batchGetProducts(
  deps: ProductsDeps,
  { productIds }: { readonly productIds: readonly string[] },
): Promise<Product[]> {
  // Ids are compared as text here, and UUIDs may come in capitals.
  const ids = [...new Set(productIds.map((productId) => productId.toLowerCase()))];
  const found = await deps.cache.products(ids, (missing) => deps.repository.findProducts(missing));
  return ids.flatMap((id) => found.get(id) ?? []);
}
