import type { OrderDeps } from './deps.ts';
import { endCheckout } from './end-order.ts';
import type { Order } from './types.ts';

export interface CancelPendingOrderInput {
  readonly orderId: string;
  readonly cause: string;
}

/** PENDING → CANCELLED. An order that has ended stays as it is: see `endCheckout`. @throws ORDER_NOT_FOUND */
export async function cancelPendingOrder(deps: OrderDeps, input: CancelPendingOrderInput): Promise<Order> {
  const { orderId, cause } = input;
  return endCheckout(deps, { orderId, from: 'PENDING', to: 'CANCELLED', cause });
}
