import type { OrderQuery } from '../ports.ts';
import type { BackofficeDeps } from './deps.ts';
import type { OrderPage } from './types.ts';

/** One page of the orders of all users, newest first. @throws PAGE_TOKEN_INVALID */
export function listOrders(deps: BackofficeDeps, input: OrderQuery): Promise<OrderPage> {
  return deps.records.search(input);
}
