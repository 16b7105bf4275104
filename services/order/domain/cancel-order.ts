import { fingerprint } from '../../../platform/data/db/once.ts';
import { askForRefund, cancelCause } from './ask-for-refund.ts';
import { countdown } from './countdown.ts';
import type { OrderDeps } from './deps.ts';
import { cancellationPending, orderNotCancellable } from './errors.ts';
import { getOrder } from './get-order.ts';
import type { Order } from './types.ts';
import { watchOrder } from './watch-order.ts';

export interface CancelOrderInput {
  readonly userId: string;
  readonly orderId: string;
  readonly requestId: string;
  /** How long the caller waits, in milliseconds. */
  readonly withinMs: number;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/**
 * Cancels a user's order. PENDING: through its checkout's workflow, since only that knows whether money was taken (rule
 * S27). If it was, the checkout ends first, and what it completed is refunded. COMPLETED: by a refund, whose wish is
 * stored first, so that the sweep asks again (rule S31). CANCELLED: a repeat. All effects are keyed by the order, so a
 * repeat goes on where the first call stopped.
 * @throws ORDER_NOT_FOUND; ORDER_NOT_CANCELLABLE if the order has failed; REQUEST_ID_REUSED for another order;
 *   CANCELLATION_PENDING or REFUND_PENDING if it takes longer; `unavailable` without Temporal
 */
export async function cancelOrder(deps: OrderDeps, input: CancelOrderInput): Promise<Order> {
  const leftMs = countdown(input.withinMs);
  let order = await getOrder(deps, input);
  await rememberRequest(deps, input);
  if (order.status === 'PENDING') order = await endOfCheckout(deps, input, order, leftMs);
  switch (order.status) {
    case 'CANCELLED':
      return order;
    case 'FAILED':
      throw orderNotCancellable(order.orderId, order.status);
    case 'PENDING':
      throw cancellationPending(order.orderId);
    case 'COMPLETED':
      await askForRefund(deps, { order, cause: cancelCause, withinMs: leftMs() });
      return getOrder(deps, input);
  }
}

/** Stores the request id, so that it can't be used for another order. The effects are keyed by the order. */
function rememberRequest(deps: OrderDeps, { userId, orderId, requestId }: CancelOrderInput): Promise<void> {
  const key = { subject: userId, method: 'CancelOrder', requestId, fingerprint: fingerprint({ orderId }) };
  return deps.repository.once(key, async () => undefined);
}

/**
 * Undoes the checkout, or waits until it has ended if its money is taken. The end comes from the order's row: a workflow
 * that has captured answers at once, before stage 3.
 * @returns the order; PENDING if the time is over
 */
async function endOfCheckout(
  deps: OrderDeps,
  { userId, orderId, signal }: CancelOrderInput,
  order: Order,
  leftMs: () => number,
): Promise<Order> {
  if (leftMs() === 0) return order;
  await deps.workflows.cancel(order, cancelCause, leftMs());
  const over = AbortSignal.any([signal, AbortSignal.timeout(leftMs())]);
  let last = order;
  for await (const now of watchOrder(deps, { userId, orderId, signal: over })) last = now;
  return last;
}
