import type { ProductsDeps } from './deps.ts';
import { checkedDetails } from './details.ts';
import { etagMismatch, productNotFound, skuTaken } from './errors.ts';
import { etagOf } from './product.ts';
import type { Product, ProductDetails } from './types.ts';

export interface UpdateInput {
  readonly productId: string;
  /** The details to change. */
  readonly details: Partial<ProductDetails>;
  /** If not empty, it must be the product's present etag. */
  readonly etag: string;
}

/** Changes details of a product. @throws PRODUCT_NOT_FOUND, ETAG_MISMATCH, SKU_TAKEN, INVALID_PRODUCT */
export async function updateProduct(deps: ProductsDeps, input: UpdateInput): Promise<Product> {
  const { etag } = input;
  const productId = input.productId.toLowerCase();
  const details = checkedDetails(input.details);
  const product = await deps.repository.transaction(async (repository) => {
    const current = await repository.lockProduct(productId);
    if (current === undefined) throw productNotFound(productId);
    if (etag !== '' && etag !== etagOf(current)) throw etagMismatch(productId, etagOf(current));
    if (Object.keys(details).length === 0) return current;
    const { sku } = details;
    if (sku !== undefined && sku !== current.sku && (await repository.hasTwin(sku, productId))) throw skuTaken(sku);
    return (await repository.updateProduct(productId, details)) ?? current;
  });
  deps.cache.catalogChanged([productId]);
  return product;
}
