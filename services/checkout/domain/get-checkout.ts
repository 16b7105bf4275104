import type { CheckoutDeps } from './deps.ts';
import type { Buyer, Checkout } from './types.ts';

export interface GetCheckoutInput {
  readonly buyer: Buyer;
  readonly orderId: string;
}

/** A buyer's checkout. @throws ORDER_NOT_FOUND, also for another user's checkout */
export async function getCheckout(deps: CheckoutDeps, { buyer, orderId }: GetCheckoutInput): Promise<Checkout> {
  return deps.orders.readCheckout(buyer, orderId);
}
