import { fingerprint } from '../../../platform/data/db/once.ts';
import type { ProductsDeps } from './deps.ts';
import { outOfStock, productNotFound, stockLimit } from './errors.ts';
import { fromRecord, maxOnHand, toRecord } from './product.ts';
import type { Product } from './types.ts';

export interface AdjustInput {
  readonly productId: string;
  /** Pieces in (positive) or out (negative); not 0. */
  readonly delta: number;
  readonly requestId: string;
  readonly note: string;
  /** UUID of the calling administrator. */
  readonly adminId: string;
}

/**
 * Books pieces in or out, once for each request.
 * @throws PRODUCT_NOT_FOUND, OUT_OF_STOCK, STOCK_LIMIT, REQUEST_ID_REUSED
 */
export async function adjustStock(deps: ProductsDeps, input: AdjustInput): Promise<Product> {
  const { delta, requestId, note } = input;
  const productId = input.productId.toLowerCase();
  const key = {
    subject: input.adminId,
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
      return toRecord({ ...product, availableQuantity: available });
    }),
  );
  deps.cache.catalogChanged([productId]);
  return fromRecord(record);
}
