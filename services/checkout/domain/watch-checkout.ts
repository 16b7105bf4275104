import type { CheckoutDeps } from './deps.ts';
import type { Buyer, Checkout } from './types.ts';

export interface WatchCheckoutInput {
  readonly buyer: Buyer;
  readonly orderId: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** A buyer's checkout now and after each change, until it has ended or the client is gone. @throws ORDER_NOT_FOUND */
export async function* watchCheckout(deps: CheckoutDeps, input: WatchCheckoutInput): AsyncGenerator<Checkout> {
  yield* deps.orders.watchCheckout(input.buyer, input.orderId, input.signal);
}
