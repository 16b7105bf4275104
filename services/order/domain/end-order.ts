import { setSubject } from '../../../platform/telemetry/request-context.ts';
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
 * Ends a checkout. An order that has ended stays as it is, and the answer tells its end: the saga adopts that (rule
 * S19). A refund does not end a checkout, so a refunded order is answered as COMPLETED.
 */
export async function endCheckout(deps: OrderDeps, ending: Ending): Promise<Order> {
  const { ended, order } = await endOrder(deps, ending);
  if (ended) deps.metrics.checkoutEnded(order);
  if (order.completedTime === undefined) return order;
  return { ...order, status: 'COMPLETED', updateTime: order.completedTime };
}

/**
 * Writes status, history and event in one transaction (rule S35). Of two calls, the first one wins.
 * @throws ORDER_NOT_FOUND
 */
export async function endOrder(deps: OrderDeps, ending: Ending): Promise<{ ended: boolean; order: Order }> {
  const order = await deps.repository.plain.end({ ...ending, type: eventTypes[ending.to] });
  const end = order === undefined ? await endCarefully(deps, ending) : { ended: true, order };
  setSubject({ userId: end.order.userId });
  if (end.ended) tell(deps, ending);
  return end;
}

function tell({ logger }: OrderDeps, { from, to, cause, failure }: Ending): void {
  const why = failure === undefined ? { cause } : { reason: failure.reason, message: failure.message };
  logger.info({ from, to, ...why }, `order ${to.toLowerCase()}`);
}

function endCarefully(deps: OrderDeps, ending: Ending): Promise<{ ended: boolean; order: Order }> {
  return deps.repository.transaction(async (tx) => {
    let ended = await tx.changeStatus(ending);
    let order = await tx.find(ending.orderId);
    if (!ended && order?.status === ending.from) {
      // Another call created the order between the two statements. It is there and has not ended, so try again.
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
