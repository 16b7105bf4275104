import type { Money } from '../../../proto/money.ts';
import { AppError, failedPrecondition } from '../../../platform/errors/app-error.ts';
import type { CheckoutState, OtherCurrency } from './types.ts';

export function cartEmpty(): AppError {
  return failedPrecondition('CART_EMPTY', 'the cart is empty');
}

export function currencyMismatch(cart: string, wallet: string): AppError {
  return failedPrecondition('CURRENCY_MISMATCH', `the cart is in ${cart}, the wallet in ${wallet}`, { cart, wallet });
}

/** The product was put into the cart when it was sold in the cart's currency. */
export function soldInOtherCurrency({ productId, name, currencyCode }: OtherCurrency, cart: string): AppError {
  const message = `${name} is sold in ${currencyCode} now, and the cart is in ${cart}: take it out of the cart`;
  return failedPrecondition('CURRENCY_MISMATCH', message, { productId, cart, product: currencyCode });
}

/** The buyer agreed to another total than the cart has now. */
export function priceChanged(expected: Money, current: Money): AppError {
  return failedPrecondition('PRICE_CHANGED', 'the total of the cart has changed', {
    expected: expected.minorUnits.toString(),
    expectedCurrencyCode: expected.currencyCode,
    current: current.minorUnits.toString(),
    currentCurrencyCode: current.currencyCode,
  });
}

export function overloaded(retryAfterSeconds: number): AppError {
  return new AppError('unavailable', 'OVERLOADED', 'too many checkouts wait to be started; try again later', {
    retryAfterSeconds,
  });
}

export function orderNotCancellable(orderId: string, state: CheckoutState): AppError {
  const message =
    state === 'FAILED'
      ? 'the checkout has failed; there is nothing to cancel'
      : 'the money is taken, so only CancelOrder can give it back';
  return failedPrecondition('ORDER_NOT_CANCELLABLE', message, { orderId, state });
}
