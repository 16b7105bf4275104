import { askForRefund } from './ask-for-refund.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotCancellable } from './errors.ts';
import { getAnyOrder } from './get-any-order.ts';
import type { Order } from './types.ts';

export interface RefundOrderInput {
  readonly orderId: string;
  /** By whom and why. */
  readonly cause: string;
  /** How long the caller waits, in milliseconds. */
  readonly withinMs: number;
}

/**
 * Refunds any user's COMPLETED order, for the back office. It is keyed by the order, so a repeat, and an order that the
 * buyer cancelled after its completion, get the order as it is. A PENDING order is left to its checkout.
 * @throws ORDER_NOT_FOUND; ORDER_NOT_CANCELLABLE if the order has not completed; REFUND_PENDING if it takes longer;
 *   `unavailable` without Temporal
 */
export async function refundOrder(deps: OrderDeps, { orderId, cause, withinMs }: RefundOrderInput): Promise<Order> {
  const order = await getAnyOrder(deps, { orderId });
  if (order.completedTime === undefined) throw orderNotCancellable(orderId, order.status);
  if (order.status === 'CANCELLED') return order;
  await askForRefund(deps, { order, cause, withinMs });
  return getAnyOrder(deps, { orderId });
}
