import type { Money } from './money.ts';

/** One line of an order. */
export interface OrderItem {
  /** UUID. */
  readonly productId: string;
  readonly name: string;
  /** Pieces. */
  readonly quantity: number;
  /** Frozen price of one piece. */
  readonly unitPrice: Money;
}

/**
 * An order as it was placed: who buys what, at which prices. It never changes. Services pass it to the workflows, which
 * need nothing else to run, settle, cancel or refund the order.
 */
export interface PlacedOrder {
  /** UUID; the checkout's workflow is `checkout-<orderId>`. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly items: readonly OrderItem[];
  /** Sum of the lines. */
  readonly total: Money;
  /** The cart version whose lines are in the order. */
  readonly cartVersion: bigint;
}
