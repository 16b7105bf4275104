import { batchGetProducts } from './batch-get-products.ts';
import type { ProductsDeps } from './deps.ts';
import { productNotFound } from './errors.ts';
import type { Product } from './types.ts';

/** A product, at most a second old. @throws PRODUCT_NOT_FOUND, also for a deleted product */
export async function getProduct(deps: ProductsDeps, { productId }: { readonly productId: string }): Promise<Product> {
  const [product] = await batchGetProducts(deps, { productIds: [productId] });
  if (product === undefined) throw productNotFound(productId);
  return product;
}
