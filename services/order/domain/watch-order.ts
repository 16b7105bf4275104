import type { OrderDeps } from './deps.ts';
import { getOrder } from './get-order.ts';
import type { Order } from './types.ts';

export interface WatchOrderInput {
  readonly userId: string;
  readonly orderId: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/**
 * A user's order now and after each change, until its checkout has ended or the client is gone. It subscribes before it
 * reads the order, so that it misses no change.
 * @throws ORDER_NOT_FOUND
 */
export async function* watchOrder(deps: OrderDeps, input: WatchOrderInput): AsyncGenerator<Order> {
  const subscription = deps.changes.subscribe(input.orderId, input.signal);
  try {
    let order = await getOrder(deps, input);
    yield order;
    while (!hasEnded(order) && (await subscription.next())) {
      const now = await getOrder(deps, input);
      if (now.status !== order.status) yield now;
      order = now;
    }
  } finally {
    subscription.close();
  }
}

/** Whether the checkout is over. A refund may still cancel an order that completed. */
function hasEnded(order: Order): boolean {
  return order.status !== 'PENDING';
}
