import type { Origin } from '../../../platform/telemetry/request-context.ts';
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

/** An order for whose work a sweep cares. */
export interface SweptOrder extends Order {
  /** The request that asked for the order; undefined in orders of older versions. */
  readonly origin: Origin | undefined;
}

export interface StatusChange {
  readonly status: OrderStatus;
  readonly createTime: Date;
  /** Why the status changed, for people: for example `checkout accepted` or `INSUFFICIENT_FUNDS`. */
  readonly cause: string;
}

/** An event of an order, as the outbox has it. */
export interface EventRecord {
  readonly eventId: string;
  readonly type: string;
  readonly topic: string;
  readonly writeTime: Date;
  readonly publishTime: Date | undefined;
  /** Set if it was resent since. */
  readonly firstPublishTime: Date | undefined;
  /** Failures that the event caused. */
  readonly attempts: number;
  readonly lastError: string;
  readonly dead: boolean;
  readonly nextAttemptTime: Date;
}

/** How an order's workflow was started. */
export interface StartRecord {
  /** When it was last known to be started. */
  readonly startTime: Date | undefined;
  /** How often the sweep has leased the order for a start. */
  readonly startAttempts: number;
  /** When the refund that is wished for is asked for again. */
  readonly nextRefundTime: Date | undefined;
}
