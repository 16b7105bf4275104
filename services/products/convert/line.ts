import type { ReserveLine } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { missingProduct } from '../domain/errors.ts';
import type { PricedLine } from '../domain/types.ts';

/** @throws INVALID_PRODUCT if the price is missing, which the contract forbids */
export function lineFromMessage({ productId, quantity, unitPrice }: ReserveLine): PricedLine {
  if (unitPrice === undefined) throw missingProduct();
  return { productId: productId.toLowerCase(), quantity, unitPrice };
}
