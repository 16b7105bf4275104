import type { OrderDeps } from './deps.ts';
import { endCheckout } from './end-order.ts';
import type { Order } from './types.ts';

/** PENDING → COMPLETED. An order that has ended stays as it is: see `endCheckout`. @throws ORDER_NOT_FOUND */
export async function completeOrder(deps: OrderDeps, input: { readonly orderId: string }): Promise<Order> {
  return endCheckout(deps, { orderId: input.orderId, from: 'PENDING', to: 'COMPLETED', cause: 'paid' });
}
