import type { Money, StartableOrder } from '../ports.ts';

export type CheckoutState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Why a checkout failed, in the words of the API's errors. */
export interface Failure {
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

/** A checkout with what its workflow has to know. */
export interface StartableCheckout {
  readonly checkout: Checkout;
  readonly order: StartableOrder;
}

/** Who is checking out. */
export interface Buyer {
  /** UUID. */
  readonly userId: string;
  /** The caller's own Authorization header, forwarded to the services whose answers are the caller's alone. */
  readonly authorization: string;
}
