import type { OrderDeps } from './deps.ts';
import { getOrder, type GetOrderInput } from './get-order.ts';
import type { StatusChange } from './types.ts';

/** Every status that a user's order has had, oldest first. @throws ORDER_NOT_FOUND, also for another user's order */
export async function getOrderHistory(deps: OrderDeps, input: GetOrderInput): Promise<readonly StatusChange[]> {
  await getOrder(deps, input);
  return deps.repository.history(input.orderId);
}
