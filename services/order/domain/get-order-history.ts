import type { OrderRepository } from '../repository/index.ts';
import { getOrder } from './get-order.ts';
import type { StatusChange } from './types.ts';

/** Every status that a user's own order has had, oldest first. @throws ORDER_NOT_FOUND */
export async function getOrderHistory(
  deps: { orders: OrderRepository },
  input: { userId: string; orderId: string },
): Promise<readonly StatusChange[]> {
  await getOrder(deps, input);
  return deps.orders.history(input.orderId);
}
