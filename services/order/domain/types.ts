import type { PlacedOrder } from '../../../proto/placed-order.ts';

export type OrderStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** Why an order failed, in the words of the API's errors. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An order that is to be created, with the request that it answers. */
export interface NewOrder extends PlacedOrder {
  readonly requestId: string;
  /** Hash of what a repeat must have in common with the first request. */
  readonly requestFingerprint: string;
}

/** A placed order and how it stands. */
export interface Order extends PlacedOrder {
  readonly status: OrderStatus;
  readonly failure: Failure | undefined;
  readonly createTime: Date;
  readonly updateTime: Date;
  /** Stays when a completed order is cancelled. */
  readonly completedTime: Date | undefined;
}

export interface StatusChange {
  readonly status: OrderStatus;
  readonly createTime: Date;
  /** For a person, for example `checkout accepted` or `INSUFFICIENT_FUNDS`. */
  readonly cause: string;
}
