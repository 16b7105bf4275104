import type { ProductsDeps } from './deps.ts';
import { productNotFound } from './errors.ts';
import type { Product } from './product.ts';

/** @throws PRODUCT_NOT_FOUND for an id that is unknown or deleted */
export async function getProduct(deps: ProductsDeps, productId: string): Promise<Product> {
  const [product] = await getProducts(deps, [productId]);
  if (product === undefined) throw productNotFound(productId);
  return product;
}

/** The products of the given ids, in that order, each once; unknown ones are left out. At most a second old. */
export async function getProducts(deps: ProductsDeps, productIds: readonly string[]): Promise<Product[]> {
  // Ids are compared as text here, and UUIDs may come in capitals.
  const ids = [...new Set(productIds.map((productId) => productId.toLowerCase()))];
  const found = await deps.cache.products(ids, (missing) => deps.repository.findProducts(missing));
  return ids.flatMap((id) => found.get(id) ?? []);
}
