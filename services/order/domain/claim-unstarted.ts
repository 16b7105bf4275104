import type { OrderRepository } from '../repository/index.ts';
import type { Order } from './types.ts';

export interface UnstartedOrders {
  /** Oldest first; the caller's until the lease ends. */
  readonly orders: readonly Order[];
  /** When the oldest unstarted order, leased or not, was accepted. */
  readonly oldestUnstartedTime: Date | undefined;
}

/** Hands out orders that nobody has started yet, each to one caller at a time. */
export async function claimUnstarted(
  deps: { orders: OrderRepository },
  input: { limit: number; leaseSeconds: number },
): Promise<UnstartedOrders> {
  const orderIds = await deps.orders.leaseUnstarted(input.limit, input.leaseSeconds);
  const [orders, oldestUnstartedTime] = await Promise.all([
    deps.orders.findAll(orderIds),
    deps.orders.oldestUnstarted(),
  ]);
  return { orders, oldestUnstartedTime };
}
