import { askForRefund } from './ask-for-refund.ts';
import type { OrderDeps } from './deps.ts';
import { nothingToRefund, refundedBefore } from './errors.ts';
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
 * Refunds any user's COMPLETED order, for the back office. It is keyed by the order: a repeat with the same cause gets the
 * order as it is. A PENDING order is left to its checkout.
 * @throws ORDER_NOT_FOUND; ORDER_NOT_CANCELLABLE if the order has not completed, or if it was refunded for another cause:
 *   then this caller has refunded nothing; REFUND_PENDING if it takes longer; `unavailable` without Temporal
 */
export async function refundOrder(deps: OrderDeps, { orderId, cause, withinMs }: RefundOrderInput): Promise<Order> {
  const order = await getAnyOrder(deps, { orderId });
  if (order.completedTime === undefined) throw nothingToRefund(orderId, order.status);
  if (order.status === 'COMPLETED') await askForRefund(deps, { order, cause, withinMs });
  const refunded = await getAnyOrder(deps, { orderId });
  const end = (await deps.repository.history(orderId)).findLast(({ status }) => status === 'CANCELLED');
  if (end !== undefined && end.cause !== cause) throw refundedBefore(orderId, end.cause);
  return refunded;
}
