import type { PlacedOrder } from '../../proto/placed-order.ts';

/**
 * The durable workflows that cancel an order. Both methods answer or throw within 10 s, or `withinMs` if that is less. They throw an AppError
 * `unavailable` if Temporal does not answer or the workflow takes longer. A repeat joins the workflow that runs.
 */
export interface OrderWorkflows {
  /**
   * Undoes a PENDING order's checkout (rule S27). `CANCELLED`: the order is CANCELLED. `NOT_CANCELLABLE`: its money is
   * captured, or the checkout has already ended differently.
   */
  cancel(order: PlacedOrder, cause: string, withinMs: number): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /**
   * Refunds and restocks a COMPLETED order; resolves when the order is CANCELLED. If an earlier run was closed before
   * that, for example terminated, it starts another run (rule S31).
   */
  refund(order: PlacedOrder, cause: string, withinMs?: number): Promise<void>;
}

/** One watcher's subscription to an order's changes. */
export interface Subscription {
  /** Resolves to true if the order may have changed since the last call, to false if the watcher has to end. */
  next(): Promise<boolean>;
  close(): void;
}

/** Tells the watchers of this process about changed orders. */
export interface OrderChanges {
  subscribe(orderId: string, signal: AbortSignal): Subscription;
}
