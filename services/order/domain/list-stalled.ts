import type { OrderRepository } from '../repository/index.ts';
import type { Order } from './types.ts';

/** PENDING orders that were last known to be started at least so many seconds ago. */
export async function listStalled(
  deps: { orders: OrderRepository },
  input: { startedBeforeSeconds: number; limit: number },
): Promise<readonly Order[]> {
  return deps.orders.findAll(await deps.orders.stalled(input.startedBeforeSeconds, input.limit));
}
