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
 * An order as it was placed: who buys what, at which prices. None of it changes later. The services hand it to the
 * workflows, which need to know no more to run, settle, cancel or refund it.
 */
export interface PlacedOrder {
  /** UUID; the checkout's workflow is `checkout-<orderId>`. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly items: readonly OrderItem[];
  /** Sum of the lines. */
  readonly total: Money;
  /** The cart version whose lines were frozen. */
  readonly cartVersion: bigint;
}
