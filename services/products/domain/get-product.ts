import { batchGetProducts } from './batch-get-products.ts';
import type { ProductsDeps } from './deps.ts';
import { productNotFound } from './errors.ts';
import type { Product } from './types.ts';

interface GetInput {
  readonly productId: string;
}

/** A product, at most a second old. @throws PRODUCT_NOT_FOUND, also for a deleted product */
export async function getProduct(deps: ProductsDeps, { productId }: GetInput): Promise<Product> {
  const [product] = await batchGetProducts(deps, { productIds: [productId] });
  if (product === undefined) throw productNotFound(productId);
  return product;
}

/** Finds the product while it is in memory and not too old. */
export function getProductAtHand(deps: ProductsDeps, { productId }: GetInput): () => Product | undefined {
  const id = productId.toLowerCase();
  return () => deps.cache.atHand.product(id);
}
