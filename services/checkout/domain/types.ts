import type { Money } from '../../../proto/money.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';

export type CheckoutState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Why a checkout failed, in the words of the API's errors. */
interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One checkout. Its state follows from the status of its order's row. */
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
  /** The caller's Authorization header. It is forwarded to services whose answers belong to the caller alone. */
  readonly authorization: string;
}

/** A product that is sold in another currency than the cart's. */
export interface OtherCurrency {
  readonly productId: string;
  readonly name: string;
  /** The product's, not the cart's. */
  readonly currencyCode: string;
}

/** What a buyer is about to buy. */
export interface Cart {
  /** With current prices; empty if nothing is in the cart. */
  readonly items: readonly OrderItem[];
  /** Those of them that are sold in another currency by now. Their prices in `items` are the last in this one. */
  readonly inOtherCurrencies: readonly OtherCurrency[];
  readonly version: bigint;
}

/** What identifies a request, so that a repeat is recognized. */
export interface RequestKey {
  readonly userId: string;
  readonly requestId: string;
  /** Hash of the payload. A repeat must have the same. */
  readonly requestFingerprint: string;
}

export type StepState = 'waiting' | 'running' | 'done' | 'refused' | 'retrying' | 'stopped';

/** How far a checkout is, as its workflow tells it to operators. */
export interface CheckoutProgress {
  /** With the reason behind a colon, if there is one. */
  readonly stage: string;
  /** By name, in the order in which they began. */
  readonly steps: Readonly<
    Record<string, { readonly state: StepState; readonly note?: string; readonly tookMs?: number }>
  >;
}

/** How far a checkout is, as its buyer may know it. */
export interface BuyerProgress {
  /** Empty if there is no step. */
  readonly stage: string;
  readonly steps: readonly BuyerStep[];
}

interface BuyerStep {
  readonly name: string;
  readonly state: StepState;
  /** Milliseconds that a finished step took. */
  readonly tookMs: number | undefined;
}
