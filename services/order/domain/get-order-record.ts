import { setSubject } from '../../../platform/telemetry/request-context.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { EventRecord, Order, StartRecord, StatusChange } from './types.ts';

export interface OrderRecord {
  readonly order: Order;
  /** Oldest first. */
  readonly changes: readonly StatusChange[];
  readonly start: StartRecord;
  /** Oldest first. */
  readonly events: readonly EventRecord[];
}

/** All that this service has of any user's order. @throws ORDER_NOT_FOUND */
export async function getOrderRecord(deps: OrderDeps, input: { readonly orderId: string }): Promise<OrderRecord> {
  const { repository } = deps;
  const { orderId } = input;
  const [order, changes, start, events] = await Promise.all([
    repository.find(orderId),
    repository.history(orderId),
    repository.startOf(orderId),
    repository.eventsOf(orderId),
  ]);
  if (order === undefined || start === undefined) throw orderNotFound(orderId);
  setSubject({ userId: order.userId });
  return { order, changes, start, events };
}
