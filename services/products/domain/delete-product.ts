import type { ProductsDeps } from './deps.ts';
import { etagMismatch, productNotFound } from './errors.ts';
import { etagOf } from './product.ts';

export interface DeleteInput {
  readonly productId: string;
  /** If not empty, it must be the product's present etag. */
  readonly etag: string;
}

/**
 * Takes a product out of the catalog. Reservations of it can still be committed, released and restocked.
 * @throws PRODUCT_NOT_FOUND, also for a repeat; ETAG_MISMATCH
 */
export async function deleteProduct(deps: ProductsDeps, input: DeleteInput): Promise<void> {
  const { etag } = input;
  const productId = input.productId.toLowerCase();
  await deps.repository.transaction(async (repository) => {
    const current = await repository.lockProduct(productId);
    if (current === undefined) throw productNotFound(productId);
    if (etag !== '' && etag !== etagOf(current)) throw etagMismatch(productId, etagOf(current));
    await repository.markDeleted(productId);
  });
  deps.cache.catalogChanged([productId]);
}
