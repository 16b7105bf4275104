import { subjectOf } from './catalog-change.ts';
import type { ProductsDeps } from './deps.ts';
import { etagMismatch, productNotFound } from './errors.ts';
import { etagOf } from './product.ts';
import type { Actor } from './types.ts';

export interface DeleteInput {
  readonly productId: string;
  /** If not empty, it must be the product's present etag. */
  readonly etag: string;
  readonly by: Actor;
  /** Why; empty if nobody said. */
  readonly reason: string;
}

/**
 * Takes a product out of the catalog, with an entry for the audit trail. Reservations of it can still be committed, released and restocked.
 * @throws PRODUCT_NOT_FOUND, also for a repeat; ETAG_MISMATCH
 */
export async function deleteProduct(deps: ProductsDeps, input: DeleteInput): Promise<void> {
  const { etag, by, reason } = input;
  const productId = input.productId.toLowerCase();
  await deps.repository.transaction(async (repository) => {
    const current = await repository.lockProduct(productId);
    if (current === undefined) throw productNotFound(productId);
    if (etag !== '' && etag !== etagOf(current)) throw etagMismatch(productId, etagOf(current));
    await repository.markDeleted(productId);
    const change = { action: 'product.delete', subject: subjectOf(current), detail: current.name, reason } as const;
    await repository.insertChange({ ...by, ...change, requestId: undefined });
  });
  deps.cache.catalogChanged([productId]);
}
