import { orderEventTypes, type OrderEventData } from '../../../proto/order-events.ts';
import type { OrderRepository, OrderStatements } from '../repository/index.ts';
import { orderClosed, orderNotFound } from './errors.ts';
import type { Failure, Order } from './types.ts';

const eventTypes = {
  COMPLETED: orderEventTypes.completed,
  FAILED: orderEventTypes.failed,
  CANCELLED: orderEventTypes.cancelled,
} as const;

type End = keyof typeof eventTypes;

interface Ending {
  readonly orderId: string;
  readonly from: 'PENDING' | 'COMPLETED';
  readonly to: End;
  readonly cause: string;
  readonly failure?: Failure;
}

/** PENDING → COMPLETED; see `endCheckout` for orders that have ended. */
export function completeOrder(deps: { orders: OrderRepository }, orderId: string): Promise<Order> {
  return endCheckout(deps, { orderId, from: 'PENDING', to: 'COMPLETED', cause: 'paid' });
}

/** PENDING → FAILED; see `endCheckout` for orders that have ended. */
export function failOrder(deps: { orders: OrderRepository }, orderId: string, failure: Failure): Promise<Order> {
  return endCheckout(deps, { orderId, from: 'PENDING', to: 'FAILED', cause: failure.reason, failure });
}

/** PENDING → CANCELLED; see `endCheckout` for orders that have ended. */
export function cancelPendingOrder(deps: { orders: OrderRepository }, orderId: string, cause: string): Promise<Order> {
  return endCheckout(deps, { orderId, from: 'PENDING', to: 'CANCELLED', cause });
}

/**
 * COMPLETED → CANCELLED, once money and goods are back. A repeat gets the same answer.
 * @throws ORDER_NOT_FOUND, ORDER_CLOSED if it never completed
 */
export async function cancelRefundedOrder(
  deps: { orders: OrderRepository },
  orderId: string,
  cause: string,
): Promise<Order> {
  const { ended, order } = await end(deps, { orderId, from: 'COMPLETED', to: 'CANCELLED', cause });
  if (!ended && order.status !== 'CANCELLED') throw orderClosed(orderId, order.status);
  return order;
}

/**
 * Ends a checkout. An order that has ended stands as it is, and the answer says how: its saga adopts that, whatever it
 * meant to write. A refund is no end of a checkout, so a refunded order answers as the COMPLETED one that it was.
 */
async function endCheckout(deps: { orders: OrderRepository }, ending: Ending): Promise<Order> {
  const { order } = await end(deps, ending);
  if (order.completedTime === undefined) return order;
  return { ...order, status: 'COMPLETED', updateTime: order.completedTime };
}

/** One transaction: status, history and event. The status alone decides between two at once. */
function end(deps: { orders: OrderRepository }, ending: Ending): Promise<{ ended: boolean; order: Order }> {
  return deps.orders.transaction(async (repository: OrderStatements) => {
    let ended = await repository.changeStatus(ending);
    let order = await repository.find(ending.orderId);
    if (!ended && order?.status === ending.from) {
      // Only by now: somebody wrote it between the two statements. No order may be answered as if it could not end.
      ended = await repository.changeStatus(ending);
      order = await repository.find(ending.orderId);
    }
    if (order === undefined) throw orderNotFound(ending.orderId);
    if (ended) await repository.appendEvent(eventTypes[ending.to], eventData(order, ending.to));
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
