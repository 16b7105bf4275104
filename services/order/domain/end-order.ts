import { orderEventTypes, type OrderEventData } from '../../../proto/order-events.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { Failure, Order } from './types.ts';

const eventTypes = {
  COMPLETED: orderEventTypes.completed,
  FAILED: orderEventTypes.failed,
  CANCELLED: orderEventTypes.cancelled,
} as const;

type End = keyof typeof eventTypes;

export interface Ending {
  readonly orderId: string;
  readonly from: 'PENDING' | 'COMPLETED';
  readonly to: End;
  readonly cause: string;
  readonly failure?: Failure;
}

/**
 * Ends a checkout. An order that has ended stands as it is, and the answer says how: its saga adopts that, whatever it
 * meant to write. A refund is no end of a checkout, so a refunded order answers as the COMPLETED one that it was.
 */
export async function endCheckout(deps: OrderDeps, ending: Ending): Promise<Order> {
  const { order } = await endOrder(deps, ending);
  if (order.completedTime === undefined) return order;
  return { ...order, status: 'COMPLETED', updateTime: order.completedTime };
}

/** One transaction: status, history and event. The status alone decides between two at once. @throws ORDER_NOT_FOUND */
export function endOrder(deps: OrderDeps, ending: Ending): Promise<{ ended: boolean; order: Order }> {
  return deps.repository.transaction(async (tx) => {
    let ended = await tx.changeStatus(ending);
    let order = await tx.find(ending.orderId);
    if (!ended && order?.status === ending.from) {
      // Only by now: somebody wrote it between the two statements. No order may be answered as if it could not end.
      ended = await tx.changeStatus(ending);
      order = await tx.find(ending.orderId);
    }
    if (order === undefined) throw orderNotFound(ending.orderId);
    if (ended) await tx.appendEvent(eventTypes[ending.to], eventData(order, ending.to));
    return { ended, order };
  });
}

function eventData(order: Order, status: End): OrderEventData {
  const { failure } = order;
  return {
    orderId: order.orderId,
    userId: order.userId,
    status,
    items: order.items.map(({ productId, quantity }) => ({ productId, quantity })),
    total: { currencyCode: order.total.currencyCode, minorUnits: order.total.minorUnits.toString() },
    cartVersion: order.cartVersion.toString(),
    ...(failure && { failure: { ...failure, metadata: { ...failure.metadata } } }),
    occurTime: order.updateTime.toISOString(),
  };
}
