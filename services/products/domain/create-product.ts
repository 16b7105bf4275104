import { randomUUID } from 'node:crypto';
import type { ClientRecord } from '../../../platform/auth/client-network.ts';
import { fingerprint } from '../../../platform/data/db/once.ts';
import { formatMoney } from '../../../proto/money.ts';
import { subjectOf } from './catalog-change.ts';
import type { ProductsDeps } from './deps.ts';
import { checkedDetails, detailsFingerprint } from './details.ts';
import { skuTaken } from './errors.ts';
import { fromRecord, toRecord } from './product.ts';
import type { NewDetails, Product } from './types.ts';

export interface CreateInput {
  readonly details: NewDetails;
  /** Pieces on hand at first, booked as a movement. */
  readonly openingStock: number;
  readonly requestId: string;
  /** UUID of the calling administrator. */
  readonly adminId: string;
  /** What the audit trail is told. Undefined for the development catalog, of which it has no entries. */
  readonly told: { readonly client: ClientRecord; readonly reason: string } | undefined;
}

/** Creates a product, once for each request, with an entry for the audit trail. @throws SKU_TAKEN, REQUEST_ID_REUSED, INVALID_PRODUCT */
export async function createProduct(deps: ProductsDeps, input: CreateInput): Promise<Product> {
  const { openingStock, requestId, adminId, told } = input;
  const details = checkedDetails(input.details);
  const key = {
    subject: adminId,
    method: 'CreateProduct',
    requestId,
    fingerprint: fingerprint({ ...detailsFingerprint(input.details), openingStock }),
  };
  const record = await deps.repository.transaction((repository) =>
    repository.once(key, async () => {
      if (await repository.hasTwin(details.sku)) throw skuTaken(details.sku);
      const product = await repository.insertProduct({ productId: randomUUID(), details, onHand: openingStock });
      if (product === undefined) throw skuTaken(details.sku);
      if (openingStock > 0) {
        const { productId } = product;
        await repository.insertMovements([{ productId, kind: 'opening', delta: openingStock, requestId }]);
      }
      if (told !== undefined) {
        const detail = `${product.name}, ${formatMoney(product.price)}, ${openingStock} in stock`;
        const change = { action: 'product.create', subject: subjectOf(product), detail, reason: told.reason } as const;
        await repository.insertChange({ ...told.client, ...change, actorId: adminId, requestId });
      }
      return toRecord(product);
    }),
  );
  deps.cache.catalogChanged([record.productId]);
  return fromRecord(record);
}
