import type { Checkouts } from '../ports.ts';
import type { Buyer, Checkout } from './types.ts';
import { orderNotCancellable } from './errors.ts';
import type { Peers } from './peers.ts';

const cancelCause = 'cancelled by the buyer';

/**
 * Cancels a buyer's own running checkout through its workflow, which alone knows whether money was taken. One that is
 * cancelled already is a repeat.
 * @throws ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE, `unavailable` when Temporal does not answer
 */
export async function cancelCheckout(
  deps: { readonly peers: Peers; readonly checkouts: Pick<Checkouts, 'cancel'> },
  buyer: Buyer,
  orderId: string,
): Promise<Checkout> {
  const checkout = await deps.peers.readCheckout(buyer, orderId);
  if (checkout.state === 'CANCELLED') return checkout;
  if (checkout.state !== 'RUNNING') throw orderNotCancellable(orderId, checkout.state);
  const { order } = await deps.peers.readOrder(orderId);
  const outcome = await deps.checkouts.cancel(order, cancelCause);
  const now = await deps.peers.readCheckout(buyer, orderId);
  if (outcome === 'NOT_CANCELLABLE') throw orderNotCancellable(orderId, now.state);
  return now;
}
