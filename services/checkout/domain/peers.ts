import type { StartableItem, StartableOrder } from '../ports.ts';
import type { Buyer, Checkout, StartableCheckout } from './types.ts';

export interface RequestKey {
  readonly userId: string;
  readonly requestId: string;
  /** Hash of what a repeat must have in common with the first request. */
  readonly requestFingerprint: string;
}

export interface CartSnapshot {
  /** With current prices; empty if nothing is in the cart. */
  readonly items: readonly StartableItem[];
  readonly version: bigint;
}

export interface UnstartedOrders {
  readonly orders: readonly StartableOrder[];
  readonly oldestUnstartedTime: Date | undefined;
}

/** The other services, as a checkout sees them. What they refuse comes as an AppError with their own reason. */
export interface Peers {
  readCart(buyer: Buyer): Promise<CartSnapshot>;
  /** ISO 4217. @throws WALLET_NOT_FOUND */
  readWalletCurrency(buyer: Buyer): Promise<string>;
  /** @throws ORDER_NOT_FOUND, for another user's order too */
  readCheckout(buyer: Buyer, orderId: string): Promise<Checkout>;
  /** The checkout now and after every change, until it has ended or `signal` is aborted. @throws ORDER_NOT_FOUND */
  watchCheckout(buyer: Buyer, orderId: string, signal: AbortSignal): AsyncIterable<Checkout>;
  /** `undefined` if the request is new. @throws REQUEST_ID_REUSED */
  findByRequest(key: RequestKey): Promise<Checkout | undefined>;
  /** Once per request: a repeat gets the first one, with `created` false. @throws REQUEST_ID_REUSED */
  createOrder(key: RequestKey, order: StartableOrder): Promise<StartableCheckout & { readonly created: boolean }>;
  /** Any user's order, by this service's own right. @throws ORDER_NOT_FOUND */
  readOrder(orderId: string): Promise<StartableCheckout>;
  claimUnstarted(limit: number, leaseSeconds: number): Promise<UnstartedOrders>;
  /** Notes that the workflows of these orders, at most 1000, are known to be started. */
  markStarted(orderIds: readonly string[]): Promise<void>;
  /** PENDING orders last known to be started so long ago, the longest first. */
  listStalled(startedBeforeSeconds: number, limit: number): Promise<readonly StartableOrder[]>;
}
