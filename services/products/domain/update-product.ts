import { subjectOf, updateDetail } from './catalog-change.ts';
import type { ProductsDeps } from './deps.ts';
import { checkedDetails } from './details.ts';
import { etagMismatch, productNotFound, skuTaken } from './errors.ts';
import { etagOf } from './product.ts';
import type { Actor, Product, ProductDetails } from './types.ts';

export interface UpdateInput {
  readonly productId: string;
  /** The details to change. */
  readonly details: Partial<ProductDetails>;
  /** If not empty, it must be the product's present etag. */
  readonly etag: string;
  readonly by: Actor;
  /** Why; empty if nobody said. */
  readonly reason: string;
}

/** Changes details of a product, with an entry for the audit trail if something differs. @throws PRODUCT_NOT_FOUND, ETAG_MISMATCH, SKU_TAKEN, INVALID_PRODUCT */
export async function updateProduct(deps: ProductsDeps, input: UpdateInput): Promise<Product> {
  const { etag, by, reason } = input;
  const productId = input.productId.toLowerCase();
  const details = checkedDetails(input.details);
  const product = await deps.repository.transaction(async (repository) => {
    const current = await repository.lockProduct(productId);
    if (current === undefined) throw productNotFound(productId);
    if (etag !== '' && etag !== etagOf(current)) throw etagMismatch(productId, etagOf(current));
    if (Object.keys(details).length === 0) return current;
    const { sku } = details;
    if (sku !== undefined && sku !== current.sku && (await repository.hasTwin(sku, productId))) throw skuTaken(sku);
    const detail = updateDetail(current, details);
    if (detail !== '') {
      const change = { action: 'product.update', subject: subjectOf(current), detail, reason } as const;
      await repository.insertChange({ ...by, ...change, requestId: undefined });
    }
    return (await repository.updateProduct(productId, details)) ?? current;
  });
  deps.cache.catalogChanged([productId]);
  return product;
}
