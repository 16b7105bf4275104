import { failedPrecondition, notFound, type AppError } from '../../../platform/errors/app-error.ts';

export const productNotFound = (productId: string): AppError =>
  notFound('PRODUCT_NOT_FOUND', 'there is no such product', { productId });

export const cartItemNotFound = (productId: string): AppError =>
  notFound('CART_ITEM_NOT_FOUND', 'the product is not in the cart', { productId });

export const tooManyLines = (limit: number): AppError =>
  failedPrecondition('CART_LIMIT_EXCEEDED', `a cart has at most ${limit} lines`, { lineLimit: String(limit) });

export const tooManyPieces = (productId: string, limit: number): AppError =>
  failedPrecondition('CART_LIMIT_EXCEEDED', `a line has at most ${limit} pieces`, {
    productId,
    quantityLimit: String(limit),
  });

export const currencyMismatch = (cartCurrency: string, currencyCode: string): AppError =>
  failedPrecondition('CURRENCY_MISMATCH', `the cart is in ${cartCurrency}, the product in ${currencyCode}`, {
    cartCurrency,
    currencyCode,
  });

export const cartChanged = (version: bigint): AppError =>
  failedPrecondition('CART_CHANGED', 'the cart was changed after the order was made', { version: String(version) });

/** @param orderId the other order of the same buyer; undefined if it has ended meanwhile */
export const cartAlreadyClaimed = (orderId: string | undefined): AppError =>
  orderId === undefined
    ? failedPrecondition('CART_ALREADY_CLAIMED', 'another order is buying this cart')
    : failedPrecondition('CART_ALREADY_CLAIMED', `another order is buying this cart: ${orderId}`, {
        claimedBy: orderId,
      });

export const alreadyReleased = (): AppError =>
  failedPrecondition('ALREADY_RELEASED', 'the claim of this order was released before');
