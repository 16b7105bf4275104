import type { Origin } from '../../platform/telemetry/request-context.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import type { WorkflowRecord } from '../../proto/workflow-record.ts';
import type { Buyer, Cart, Checkout, CheckoutProgress, RequestKey } from './domain/types.ts';

// The other services, as a checkout needs them. A refusal of theirs is thrown as an AppError with their reason.

export interface Carts {
  read(buyer: Buyer): Promise<Cart>;
}

export interface Wallets {
  /** ISO 4217. @throws WALLET_NOT_FOUND */
  readCurrency(buyer: Buyer): Promise<string>;
}

/** An order for whose work a sweep cares. */
export interface SweptOrder {
  readonly order: PlacedOrder;
  /** The request that asked for the order; undefined in orders of older versions. */
  readonly origin: Origin | undefined;
}

interface UnstartedOrders {
  readonly orders: readonly SweptOrder[];
  readonly oldestUnstartedTime: Date | undefined;
}

export interface Orders {
  /** The buyer's checkout. @throws ORDER_NOT_FOUND, also for another user's order */
  readCheckout(buyer: Buyer, orderId: string): Promise<Checkout>;
  /** The checkout now and after every change, until it has ended or `signal` is aborted. @throws ORDER_NOT_FOUND */
  watchCheckout(buyer: Buyer, orderId: string, signal: AbortSignal): AsyncIterable<Checkout>;
  /** The checkout of an earlier request; undefined if the request is new. @throws REQUEST_ID_REUSED */
  findByRequest(key: RequestKey): Promise<Checkout | undefined>;
  /**
   * Creates an order once for each request. A repeat gets the first, with `created` false.
   * @throws REQUEST_ID_REUSED
   */
  create(key: RequestKey, order: PlacedOrder): Promise<{ readonly checkout: Checkout; readonly created: boolean }>;
  /** Any user's order, read with this service's token. @throws ORDER_NOT_FOUND */
  read(orderId: string): Promise<{ readonly checkout: Checkout; readonly order: PlacedOrder }>;
  /** Leases unstarted orders, oldest first. Tells when the oldest unstarted order, leased or not, was accepted. */
  claimUnstarted(limit: number, leaseSeconds: number): Promise<UnstartedOrders>;
  /** Marks these orders, at most 1000, as started. */
  markStarted(orderIds: readonly string[]): Promise<void>;
  /** PENDING orders that were last known to be started at least so many seconds ago, the longest first. */
  listStalled(startedBeforeSeconds: number, limit: number): Promise<readonly SweptOrder[]>;
}

/**
 * The durable workflows behind checkouts. Every method answers or throws within 10 s. It throws an AppError
 * `unavailable` if Temporal does not answer.
 */
export interface CheckoutWorkflows {
  /** Starts `checkout-<orderId>`; `exists` if it was started before, whether it still runs or not. */
  start(order: PlacedOrder): Promise<'started' | 'exists'>;
  /** Starts a closed or unknown workflow in mode `settle` (rule S28). A workflow that is open is left alone. */
  settle(order: PlacedOrder): Promise<void>;
  /** Whether the workflow runs; false if it is closed or Temporal does not know it. */
  isOpen(orderId: string): Promise<boolean>;
  /**
   * Cancels by update-with-start, so it needs the whole order (rule S27). `CANCELLED`: everything is undone and the
   * order is CANCELLED. `NOT_CANCELLABLE`: the money is captured, or the checkout has already ended differently.
   */
  cancel(order: PlacedOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'>;
  /** The last runs of the order's checkout and refund, as far as Temporal knows them. It answers within 3 s. */
  describe(orderId: string): Promise<readonly WorkflowRecord[]>;
  /**
   * How far the order's checkout is; undefined if Temporal does not know its workflow. A worker must answer, so it may
   * throw `unavailable` while Temporal is there. It answers within 2 s.
   */
  progress(orderId: string): Promise<CheckoutProgress | undefined>;
  /** Resolves if Temporal answers and has the search attributes that every start sets. */
  check(): Promise<void>;
}
