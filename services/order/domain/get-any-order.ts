import { setSubject } from '../../../platform/telemetry/request-context.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { Order } from './types.ts';

/** Any user's order, for other services. @throws ORDER_NOT_FOUND */
export async function getAnyOrder(deps: OrderDeps, input: { readonly orderId: string }): Promise<Order> {
  const order = await deps.repository.find(input.orderId);
  if (order === undefined) throw orderNotFound(input.orderId);
  setSubject({ userId: order.userId });
  return order;
}
