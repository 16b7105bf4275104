import type { OrderDeps } from './deps.ts';
import { endCheckout } from './end-order.ts';
import type { Order } from './types.ts';

/** PENDING → COMPLETED; see `endCheckout` for orders that have ended. @throws ORDER_NOT_FOUND */
export async function completeOrder(deps: OrderDeps, input: { readonly orderId: string }): Promise<Order> {
  return endCheckout(deps, { orderId: input.orderId, from: 'PENDING', to: 'COMPLETED', cause: 'paid' });
}
