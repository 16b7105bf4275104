import type { PlacedOrder } from '../../proto/placed-order.ts';
import type { Buyer, Cart, Checkout, RequestKey } from './domain/types.ts';

// The other services, as a checkout sees them. What they refuse comes as an AppError with their own reason.

export interface Carts {
  read(buyer: Buyer): Promise<Cart>;
}

export interface Wallets {
  /** ISO 4217. @throws WALLET_NOT_FOUND */
  readCurrency(buyer: Buyer): Promise<string>;
}

interface UnstartedOrders {
  readonly orders: readonly PlacedOrder[];
  readonly oldestUnstartedTime: Date | undefined;
}

export interface Orders {
  /** The buyer's own. @throws ORDER_NOT_FOUND, for another user's order too */
  readCheckout(buyer: Buyer, orderId: string): Promise<Checkout>;
  /** The checkout now and after every change, until it has ended or `signal` is aborted. @throws ORDER_NOT_FOUND */
  watchCheckout(buyer: Buyer, orderId: string, signal: AbortSignal): AsyncIterable<Checkout>;
  /** `undefined` if the request is new. @throws REQUEST_ID_REUSED */
  findByRequest(key: RequestKey): Promise<Checkout | undefined>;
  /** Once per request: a repeat gets the first one, with `created` false. @throws REQUEST_ID_REUSED */
  create(key: RequestKey, order: PlacedOrder): Promise<{ readonly checkout: Checkout; readonly created: boolean }>;
  /** Any user's order, by this service's own right. @throws ORDER_NOT_FOUND */
  read(orderId: string): Promise<{ readonly checkout: Checkout; readonly order: PlacedOrder }>;
  claimUnstarted(limit: number, leaseSeconds: number): Promise<UnstartedOrders>;
  /** Notes that the workflows of these orders, at most 1000, are known to be started. */
  markStarted(orderIds: readonly string[]): Promise<void>;
  /** PENDING orders last known to be started so long ago, the longest first. */
  listStalled(startedBeforeSeconds: number, limit: number): Promise<readonly PlacedOrder[]>;
}

/**
 * The durable workflows behind checkouts. Every method answers or throws within 10 s; what it throws when Temporal
 * does not answer is an AppError `unavailable`.
 */
export interface CheckoutWorkflows {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  start(order: PlacedOrder): Promise<'started' | 'exists'>;
  /** Starts the closed or unknown workflow again in mode `settle`. One that is open by now is left alone. */
  settle(order: PlacedOrder): Promise<void>;
  /** Whether the workflow runs; false if it is closed or Temporal does not know it. */
  isOpen(orderId: string): Promise<boolean>;
  /**
   * Cancels by update-with-start, hence the whole order. `CANCELLED` once everything is undone and the order is
   * CANCELLED; `NOT_CANCELLABLE` once the money is captured, or if the checkout ended otherwise.
   */
  cancel(order: PlacedOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /** Answers if Temporal does, and knows the search attributes that every start sets; for readiness. */
  check(): Promise<void>;
}
