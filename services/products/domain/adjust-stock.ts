import { fingerprint } from '../../../platform/data/db/once.ts';
import { subjectOf } from './catalog-change.ts';
import type { ProductsDeps } from './deps.ts';
import { outOfStock, productNotFound, stockLimit } from './errors.ts';
import { fromRecord, maxOnHand, toRecord } from './product.ts';
import type { Actor, Product } from './types.ts';

export interface AdjustInput {
  readonly productId: string;
  /** Pieces in (positive) or out (negative); not 0. */
  readonly delta: number;
  readonly requestId: string;
  /** Why; empty if nobody said. */
  readonly note: string;
  readonly by: Actor;
}

/**
 * Books pieces in or out, once for each request, with an entry for the audit trail.
 * @throws PRODUCT_NOT_FOUND, OUT_OF_STOCK, STOCK_LIMIT, REQUEST_ID_REUSED
 */
export async function adjustStock(deps: ProductsDeps, input: AdjustInput): Promise<Product> {
  const { delta, requestId, note, by } = input;
  const productId = input.productId.toLowerCase();
  const key = {
    subject: by.actorId,
    method: 'AdjustStock',
    requestId,
    fingerprint: fingerprint({ productId, delta, note }),
  };
  const record = await deps.repository.transaction((repository) =>
    repository.once(key, async () => {
      const product = await repository.lockProduct(productId);
      const [level] = await repository.lockStock([productId]);
      if (product === undefined || level === undefined) throw productNotFound(productId);
      const available = level.available + delta;
      if (available < 0) throw outOfStock({ productId, requested: -delta, available: level.available });
      if (level.onHand + delta > maxOnHand) throw stockLimit();
      await repository.changeOnHand(productId, delta);
      await repository.insertMovements([{ productId, kind: 'adjust', delta, requestId, note }]);
      const detail = `${delta > 0 ? '+' : ''}${delta}, ${available} available`;
      const change = { action: 'product.adjust-stock', subject: subjectOf(product), detail } as const;
      await repository.insertChange({ ...by, ...change, reason: note, requestId });
      return toRecord({ ...product, availableQuantity: available });
    }),
  );
  deps.cache.catalogChanged([productId]);
  return fromRecord(record);
}
