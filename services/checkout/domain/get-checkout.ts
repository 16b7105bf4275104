import type { Buyer, Checkout } from './types.ts';
import type { Peers } from './peers.ts';

/** A buyer's own checkout. @throws ORDER_NOT_FOUND, for another user's too */
export function getCheckout(deps: { peers: Peers }, buyer: Buyer, orderId: string): Promise<Checkout> {
  return deps.peers.readCheckout(buyer, orderId);
}
