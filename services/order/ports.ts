/** An amount in the smallest unit of its currency. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

export interface CancellableItem {
  /** UUID. */
  readonly productId: string;
  readonly name: string;
  /** Pieces. */
  readonly quantity: number;
  /** Frozen price of one piece. */
  readonly unitPrice: Money;
}

/** All that a workflow has to know to undo or refund an order. */
export interface CancellableOrder {
  /** UUID. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly items: readonly CancellableItem[];
  readonly total: Money;
  readonly cartVersion: bigint;
}

/**
 * The durable workflows that end an order early. Both answer or throw within 10 s; what they throw when Temporal does
 * not answer, or the end takes longer, is an AppError `unavailable`. A repeat joins the workflow that runs.
 */
export interface Cancellations {
  /**
   * Undoes a PENDING order's checkout. `CANCELLED` once the order is; `NOT_CANCELLABLE` once its money is captured,
   * or if the checkout ended otherwise.
   */
  cancel(order: CancellableOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /**
   * Gives a COMPLETED order's money back and restocks it; resolves once the order is CANCELLED. A run of it that was
   * closed before the order was CANCELLED does not count: another one is started.
   */
  refund(order: CancellableOrder, cause: string): Promise<void>;
}
