import type { OrderDeps } from './deps.ts';
import { endOrder } from './end-order.ts';
import { orderClosed } from './errors.ts';
import type { Order } from './types.ts';

export interface CancelRefundedOrderInput {
  readonly orderId: string;
  readonly cause: string;
}

/**
 * COMPLETED → CANCELLED, after refund and restock (rule S32). A repeat gets the same answer.
 * @throws ORDER_NOT_FOUND, ORDER_CLOSED if it never completed
 */
export async function cancelRefundedOrder(deps: OrderDeps, input: CancelRefundedOrderInput): Promise<Order> {
  const { orderId, cause } = input;
  const { ended, order } = await endOrder(deps, { orderId, from: 'COMPLETED', to: 'CANCELLED', cause });
  if (!ended && order.status !== 'CANCELLED') throw orderClosed(orderId, order.status);
  return order;
}
