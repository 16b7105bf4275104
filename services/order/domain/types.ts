import type { PlacedOrder } from '../../../proto/placed-order.ts';

export type OrderStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** Why an order failed, in the words of the API's errors. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An order to be created, with the request that asks for it. */
export interface NewOrder extends PlacedOrder {
  readonly requestId: string;
  /** Hash of the request's payload. A repeat must have the same. */
  readonly requestFingerprint: string;
}

/** A placed order with its status. */
export interface Order extends PlacedOrder {
  readonly status: OrderStatus;
  readonly failure: Failure | undefined;
  readonly createTime: Date;
  readonly updateTime: Date;
  /** It stays when a completed order is cancelled. */
  readonly completedTime: Date | undefined;
}

export interface StatusChange {
  readonly status: OrderStatus;
  readonly createTime: Date;
  /** Why the status changed, for people: for example `checkout accepted` or `INSUFFICIENT_FUNDS`. */
  readonly cause: string;
}
