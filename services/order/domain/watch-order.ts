import type { OrderRepository } from '../repository/index.ts';
import { getOrder } from './get-order.ts';
import { hasEnded, type Order } from './types.ts';

/** One watcher's view of an order's changes. */
export interface Subscription {
  /** Resolves to true once there may be a change since the last call, to false when the watcher has to end. */
  next(): Promise<boolean>;
  close(): void;
}

/** Tells this process's watchers of changes, however many watch. */
export interface OrderChanges {
  subscribe(orderId: string, signal: AbortSignal): Subscription;
}

export interface WatchOrderDeps {
  readonly orders: OrderRepository;
  readonly changes: OrderChanges;
}

export interface WatchOrderInput {
  readonly userId: string;
  readonly orderId: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/**
 * A user's own order now and after every change, until its checkout has ended or the client is gone. It subscribes
 * before it looks, so that no change falls between.
 * @throws ORDER_NOT_FOUND
 */
export async function* watchOrder(deps: WatchOrderDeps, input: WatchOrderInput): AsyncGenerator<Order> {
  const subscription = deps.changes.subscribe(input.orderId, input.signal);
  try {
    let order = await getOrder(deps, input);
    yield order;
    while (!hasEnded(order) && (await subscription.next())) {
      const now = await getOrder(deps, input);
      if (now.status !== order.status) yield now;
      order = now;
    }
  } finally {
    subscription.close();
  }
}
