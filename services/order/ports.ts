import type { PlacedOrder } from '../../proto/placed-order.ts';

/**
 * The durable workflows that end an order early. Both answer or throw within 10 s; what they throw when Temporal does
 * not answer, or the end takes longer, is an AppError `unavailable`. A repeat joins the workflow that runs.
 */
export interface OrderWorkflows {
  /**
   * Undoes a PENDING order's checkout. `CANCELLED` once the order is; `NOT_CANCELLABLE` once its money is captured,
   * or if the checkout ended otherwise.
   */
  cancel(order: PlacedOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /**
   * Gives a COMPLETED order's money back and restocks it; resolves once the order is CANCELLED. A run of it that was
   * closed before the order was CANCELLED does not count: another one is started.
   */
  refund(order: PlacedOrder, cause: string): Promise<void>;
}

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
