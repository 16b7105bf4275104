import { fingerprint } from '../../../platform/data/db/once.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotCancellable } from './errors.ts';
import { getAnyOrder } from './get-any-order.ts';
import { getOrder } from './get-order.ts';
import type { Order } from './types.ts';

export interface CancelOrderInput {
  readonly userId: string;
  readonly orderId: string;
  readonly requestId: string;
}

export const cancelCause = 'cancelled by the buyer';

/**
 * Cancels a user's order. PENDING: through its checkout's workflow, since only that knows whether money was taken (rule
 * S27). COMPLETED: by a refund, whose wish is stored first, so that the sweep asks again (rule S31). CANCELLED: a
 * repeat.
 * @throws ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE; REQUEST_ID_REUSED for another order; `unavailable` without Temporal
 */
export async function cancelOrder(deps: OrderDeps, input: CancelOrderInput): Promise<Order> {
  const order = await getOrder(deps, input);
  await rememberRequest(deps, input);
  switch (order.status) {
    case 'CANCELLED':
      return order;
    case 'FAILED':
      throw orderNotCancellable(order.orderId, order.status);
    case 'PENDING':
      await cancelCheckout(deps, order);
      break;
    case 'COMPLETED':
      await deps.repository.wishRefund(order.orderId, deps.refundLeaseSeconds);
      await deps.workflows.refund(order, cancelCause);
      break;
  }
  return getOrder(deps, input);
}

/** Stores the request id, so that it can't be used for another order. The effects are keyed by the order. */
function rememberRequest(deps: OrderDeps, { userId, orderId, requestId }: CancelOrderInput): Promise<void> {
  const key = { subject: userId, method: 'CancelOrder', requestId, fingerprint: fingerprint({ orderId }) };
  return deps.repository.once(key, async () => undefined);
}

async function cancelCheckout(deps: OrderDeps, order: Order): Promise<void> {
  const outcome = await deps.workflows.cancel(order, cancelCause);
  if (outcome === 'CANCELLED') return;
  const now = await getAnyOrder(deps, { orderId: order.orderId });
  throw orderNotCancellable(order.orderId, now.status);
}
