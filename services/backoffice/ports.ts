import type { WorkflowRecord } from '../../proto/workflow-record.ts';
import type { Money } from '../../proto/money.ts';
import type { CatalogChange } from './domain/catalog-change.ts';
import type { ClaimFacts, FundsFacts, OrderFacts, Receipt, StockFacts } from './domain/facts.ts';
import type { AdjustedWallet, ChangedRoles, Order, OrderPage, OrderStatus, User, Wallet } from './domain/types.ts';

export interface Adjustment {
  /** UUID: the key. A repeat has no second effect. */
  readonly adjustmentId: string;
  readonly userId: string;
  readonly amount: Money;
}

/** The wallet service, as the back office needs it. A refusal is thrown as an AppError with its reason. */
export interface Wallets {
  /** @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, TOP_UP_LIMIT_EXCEEDED */
  credit(adjustment: Adjustment): Promise<AdjustedWallet>;
  /** @throws WALLET_NOT_FOUND, CURRENCY_MISMATCH, INSUFFICIENT_FUNDS */
  debit(adjustment: Adjustment): Promise<AdjustedWallet>;
  /** @throws WALLET_NOT_FOUND */
  get(userId: string): Promise<Wallet>;
}

export interface RoleChange {
  /** UUID: the key. A repeat has no second effect. */
  readonly changeId: string;
  readonly userId: string;
  readonly role: string;
}

/** The users of the sso service. */
export interface Users {
  /** @param email in any spelling */
  findByEmail(email: string): Promise<User | undefined>;
  /** @throws USER_NOT_FOUND */
  get(userId: string): Promise<User>;
  /**
   * The roles of a user now; none if there is no such user.
   * @param withinMs how long to wait; default: as long as the caller does
   */
  rolesOf(userId: string, withinMs?: number): Promise<readonly string[]>;
  /** @throws USER_NOT_FOUND */
  grantRole(change: RoleChange): Promise<ChangedRoles>;
  /** Also ends the user's sessions. @throws USER_NOT_FOUND, LAST_ADMIN */
  revokeRole(change: RoleChange): Promise<ChangedRoles>;
}

/** The products service, as the back office takes its changes into the trail. `withinMs`: how long to wait for the answer. */
export interface CatalogChanges {
  /** Those that were not confirmed, the oldest first. */
  waiting(limit: number, withinMs?: number): Promise<readonly CatalogChange[]>;
  /** The trail has them. */
  confirm(changeIds: readonly string[], withinMs?: number): Promise<void>;
}

/** The order service, as the back office changes it. */
export interface Refunds {
  /**
   * Refunds a completed order. It is keyed by the order: a repeat has no second effect, and the first cause is kept.
   * @throws ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE; REFUND_PENDING if it takes longer
   */
  refund(wish: { readonly orderId: string; readonly cause: string }): Promise<Order>;
}

export interface OrderQuery {
  /** Only orders of this buyer; undefined means all. */
  readonly userId: string | undefined;
  /** Only orders in this status; undefined means all. */
  readonly status: OrderStatus | undefined;
  /** Only orders that were created at this time or later. */
  readonly from: Date | undefined;
  /** Only orders that were created before this time. */
  readonly to: Date | undefined;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

/** What the services know of orders. Every method answers, or throws an AppError, within 4 s. */
export interface OrderRecords {
  /** @throws ORDER_NOT_FOUND */
  order(orderId: string): Promise<OrderFacts>;
  /** Newest first. @throws PAGE_TOKEN_INVALID */
  search(query: OrderQuery): Promise<OrderPage>;
  funds(orderId: string): Promise<FundsFacts>;
  /** `known` is undefined if no reservation was asked for. */
  stock(orderId: string): Promise<{ readonly known: StockFacts | undefined }>;
  /** `known` is undefined if no claim was asked for. */
  claim(orderId: string): Promise<{ readonly known: ClaimFacts | undefined }>;
  /** Those of these events that their consumer has taken in. */
  receipts(eventIds: readonly string[]): Promise<readonly Receipt[]>;
  workflows(orderId: string): Promise<readonly WorkflowRecord[]>;
  /** The order of a transaction; undefined if there is none. */
  orderOfPayment(paymentId: string): Promise<string | undefined>;
}
