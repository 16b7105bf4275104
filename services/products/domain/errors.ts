import {
  alreadyExists,
  AppError,
  failedPrecondition,
  invalidArgument,
  notFound,
} from '../../../platform/errors/app-error.ts';
import type { Money } from '../../../proto/money.ts';
import type { Shortage } from './types.ts';

export function productNotFound(productId: string): AppError {
  return notFound('PRODUCT_NOT_FOUND', 'there is no such product', { productId });
}

export function skuTaken(sku: string): AppError {
  return alreadyExists('SKU_TAKEN', 'another product has this SKU', { sku });
}

export function etagMismatch(productId: string, current: string): AppError {
  // `aborted` is transient by default, but the same etag will never match again.
  return new AppError('aborted', 'ETAG_MISMATCH', 'the product has changed since it was read', {
    kind: 'definitive',
    metadata: { productId, etag: current },
  });
}

export function outOfStock(shortage: Shortage): AppError {
  return failedPrecondition('OUT_OF_STOCK', 'not enough pieces are left', {
    productId: shortage.productId,
    requested: String(shortage.requested),
    available: String(shortage.available),
  });
}

/** The reservation is closed, so its goods can't be sold. `metadata` is that of the first refusal. */
export function notCommittable(metadata: Readonly<Record<string, string>>): AppError {
  return failedPrecondition('OUT_OF_STOCK', 'nothing is reserved for this order any more', metadata);
}

/** `expected` and `current` are in minor units. */
export function priceChanged(productId: string, expected: Money, current: Money): AppError {
  return failedPrecondition('PRICE_CHANGED', 'the price is no longer the one that was shown', {
    productId,
    expected: expected.minorUnits.toString(),
    expectedCurrency: expected.currencyCode,
    current: current.minorUnits.toString(),
    currentCurrency: current.currencyCode,
  });
}

/** The product is sold in another currency than it was when the order was made. */
export function currencyMismatch(productId: string, expected: string, current: string): AppError {
  return failedPrecondition('CURRENCY_MISMATCH', `the product is sold in ${current} now, the order is in ${expected}`, {
    productId,
    expectedCurrency: expected,
    currentCurrency: current,
  });
}

export function alreadyReleased(orderId: string): AppError {
  return failedPrecondition('ALREADY_RELEASED', 'the reservation of this order was released', { orderId });
}

export function alreadyCommitted(orderId: string): AppError {
  return failedPrecondition('ALREADY_COMMITTED', 'the goods of this order are sold', { orderId });
}

export function notCommitted(orderId: string): AppError {
  return failedPrecondition('RESERVATION_NOT_COMMITTED', 'no goods were sold to this order', { orderId });
}

export function stockLimit(): AppError {
  return invalidArgument('STOCK_LIMIT', 'delta', 'would put more pieces on hand than a product may have');
}

/** A new product must have this field. */
export function missingField(field: 'name' | 'price'): AppError {
  return invalidArgument(
    'INVALID_PRODUCT',
    `product.${field}`,
    'must be set, as there is no product with this SKU yet',
  );
}

/** The contract's rules refuse such a request before it gets here, except in a row of an import. */
export function missingProduct(): AppError {
  return invalidArgument('INVALID_PRODUCT', 'product', 'must be set, with its price');
}

/** Whether the caller is still an administrator is not known, so nothing was changed. */
export function rolesUnknown(cause: unknown): AppError {
  const message = 'the accounts service does not answer whether the caller is an administrator; nothing was changed';
  return new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', message, { cause, retryAfterSeconds: 5 });
}
