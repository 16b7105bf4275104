import type { Money } from '../../../proto/money.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';

export type CheckoutState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Why a checkout failed, in the words of the API's errors. */
interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One checkout; what it says of its state is what its order's row says. */
export interface Checkout {
  /** UUID of the order. */
  readonly orderId: string;
  readonly state: CheckoutState;
  readonly failure: Failure | undefined;
  readonly total: Money;
}

/** Who is checking out. */
export interface Buyer {
  /** UUID. */
  readonly userId: string;
  /** The caller's own Authorization header, forwarded to the services whose answers are the caller's alone. */
  readonly authorization: string;
}

/** What a buyer is about to order. */
export interface Cart {
  /** With current prices; empty if nothing is in the cart. */
  readonly items: readonly OrderItem[];
  readonly version: bigint;
}

/** By what a repeated request is known. */
export interface RequestKey {
  readonly userId: string;
  readonly requestId: string;
  /** Hash of what a repeat must have in common with the first request. */
  readonly requestFingerprint: string;
}
