import { batchGetProducts } from './batch-get-products.ts';
import type { ProductsDeps } from './deps.ts';
import { productNotFound } from './errors.ts';
import type { Product } from './types.ts';

/** At most a second old. @throws PRODUCT_NOT_FOUND for an id that is unknown or deleted */
export async function getProduct(deps: ProductsDeps, { productId }: { readonly productId: string }): Promise<Product> {
  const [product] = await batchGetProducts(deps, { productIds: [productId] });
  if (product === undefined) throw productNotFound(productId);
  return product;
}
