import type { Money } from '../../../proto/money.ts';
import type { WorkflowRecord } from '../../../proto/workflow-record.ts';
import type { Order, OrderStatus, RefundEntry } from './types.ts';

// What each service knows of an order. A time that is undefined has not come.

export interface OrderFacts extends Order {
  /** Oldest first. */
  readonly changes: readonly { readonly status: OrderStatus; readonly time: Date; readonly cause: string }[];
  /** When its workflow was last known to be started. */
  readonly startTime: Date | undefined;
  /** How often the sweep has leased it for a start. */
  readonly startAttempts: number;
  /** Set while a refund is wished for and not done. */
  readonly nextRefundTime: Date | undefined;
  /** Oldest first. */
  readonly events: readonly EventFacts[];
}

export interface EventFacts {
  readonly eventId: string;
  readonly type: string;
  readonly topic: string;
  readonly writeTime: Date;
  readonly publishTime: Date | undefined;
  readonly attempts: number;
  readonly lastError: string;
  readonly dead: boolean;
  readonly nextAttemptTime: Date | undefined;
  /** Set if it was resent since. */
  readonly firstPublishTime: Date | undefined;
}

export interface HoldFacts {
  readonly state: 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
  /** Undefined for a tombstone: the void came before the hold. */
  readonly amount: Money | undefined;
  readonly createTime: Date;
  readonly expireTime: Date | undefined;
  readonly endTime: Date | undefined;
}

export interface FundsFacts {
  readonly hold: HoldFacts | undefined;
  /** Oldest first. */
  readonly movements: readonly {
    readonly transactionId: string;
    readonly type: 'CAPTURE' | 'REFUND';
    /** Positive into the wallet, negative out of it. */
    readonly amount: Money;
    readonly time: Date;
  }[];
}

export interface StockFacts {
  readonly state: 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  /** Empty for a tombstone. */
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly createTime: Date;
  readonly expireTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly restockTime: Date | undefined;
  readonly retaken: boolean;
}

export interface ClaimFacts {
  readonly state: 'CLAIMED' | 'CONSUMED' | 'RELEASED';
  /** 0 for a tombstone. */
  readonly cartVersion: bigint;
  readonly createTime: Date;
  readonly endTime: Date | undefined;
}

export interface Receipt {
  readonly eventId: string;
  readonly consumer: string;
  readonly time: Date;
}

/** What the services answered. A part that did not answer is undefined; `missing` says why. */
export interface Facts {
  readonly order: OrderFacts | undefined;
  readonly funds: FundsFacts | undefined;
  /** `known` is undefined if no reservation was asked for. */
  readonly stock: { readonly known: StockFacts | undefined } | undefined;
  /** `known` is undefined if no claim was asked for. */
  readonly claim: { readonly known: ClaimFacts | undefined } | undefined;
  readonly receipts: readonly Receipt[] | undefined;
  readonly workflows: readonly WorkflowRecord[] | undefined;
  /** Refunds that staff asked for, and that were not refused. */
  readonly refundsAsked: readonly RefundEntry[] | undefined;
  /** When the facts were asked for. */
  readonly now: Date;
}

export type Part = 'order' | 'wallet' | 'products' | 'cart' | 'checkout' | 'events' | 'backoffice';

/** One thing that happened. */
export interface TimelineEntry {
  readonly time: Date;
  readonly part: Part;
  /** A stable word for programs. */
  readonly kind: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface MissingPart {
  readonly part: Part;
  readonly reason: string;
  readonly message: string;
}

export interface Story {
  readonly orderId: string;
  readonly order: OrderFacts | undefined;
  readonly summary: string;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly missing: readonly MissingPart[];
}
