import type { OrderDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { Order } from './types.ts';

export interface GetOrderInput {
  readonly userId: string;
  readonly orderId: string;
}

/** A user's order. @throws ORDER_NOT_FOUND, also for another user's order */
export async function getOrder(deps: OrderDeps, input: GetOrderInput): Promise<Order> {
  const order = await deps.repository.findOwned(input.userId, input.orderId);
  if (order === undefined) throw orderNotFound(input.orderId);
  return order;
}
