/** An amount in the smallest unit of its currency. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

export interface StartableItem {
  /** UUID. */
  readonly productId: string;
  readonly name: string;
  /** Pieces. */
  readonly quantity: number;
  /** Frozen price of one piece. */
  readonly unitPrice: Money;
}

/** All that a checkout's workflow has to know to run, to be settled or to be cancelled. */
export interface StartableOrder {
  /** UUID; the workflow's id is `checkout-<orderId>`. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly items: readonly StartableItem[];
  readonly total: Money;
  /** The cart version whose lines were frozen. */
  readonly cartVersion: bigint;
}

/**
 * The durable workflows behind checkouts. Every method answers or throws within 10 s; what it throws when Temporal
 * does not answer is an AppError `unavailable`.
 */
export interface Checkouts {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  start(order: StartableOrder): Promise<'started' | 'exists'>;
  /** Starts the closed or unknown workflow again in mode `settle`. One that is open by now is left alone. */
  settle(order: StartableOrder): Promise<void>;
  /** Whether the workflow runs; false if it is closed or Temporal does not know it. */
  isOpen(orderId: string): Promise<boolean>;
  /**
   * Cancels by update-with-start, hence the whole order. `CANCELLED` once everything is undone and the order is
   * CANCELLED; `NOT_CANCELLABLE` once the money is captured, or if the checkout ended otherwise.
   */
  cancel(order: StartableOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /** Answers if Temporal does, and knows the search attributes that every start sets; for readiness. */
  check(): Promise<void>;
}
