import type { CancellableItem, CancellableOrder } from '../ports.ts';

export type OrderStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** Why an order failed, in the words of the API's errors. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export type OrderItem = CancellableItem;

export interface Order extends CancellableOrder {
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

/** Whether the checkout is over. A refund may still cancel an order that completed. */
export function hasEnded(order: Order): boolean {
  return order.status !== 'PENDING';
}
