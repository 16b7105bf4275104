import type { BackofficeDeps } from './deps.ts';
import type { Order } from './types.ts';

/** An order of any user. @throws ORDER_NOT_FOUND */
export function getOrder(deps: BackofficeDeps, input: { readonly orderId: string }): Promise<Order> {
  return deps.records.order(input.orderId);
}
