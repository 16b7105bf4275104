import type { CheckoutDeps } from './deps.ts';
import { orderNotCancellable } from './errors.ts';
import type { Buyer, Checkout } from './types.ts';

export interface CancelCheckoutInput {
  readonly buyer: Buyer;
  readonly orderId: string;
}

const cancelCause = 'cancelled by the buyer';

/**
 * Cancels a buyer's running checkout through its workflow: only the workflow knows whether money was taken (rule S27).
 * A call for a checkout that is already CANCELLED is a repeat.
 * @throws ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE; `unavailable` if Temporal does not answer
 */
export async function cancelCheckout(deps: CheckoutDeps, { buyer, orderId }: CancelCheckoutInput): Promise<Checkout> {
  const checkout = await deps.orders.readCheckout(buyer, orderId);
  if (checkout.state === 'CANCELLED') return checkout;
  if (checkout.state !== 'RUNNING') throw orderNotCancellable(orderId, checkout.state);
  const { order } = await deps.orders.read(orderId);
  const outcome = await deps.workflows.cancel(order, cancelCause);
  const now = await deps.orders.readCheckout(buyer, orderId);
  if (outcome === 'NOT_CANCELLABLE') throw orderNotCancellable(orderId, now.state);
  return now;
}
