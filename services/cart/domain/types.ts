import type { Money } from '../../../proto/money.ts';

/** One line of a cart, with the product's name and price when the line was last set. */
export interface CartLine {
  readonly productId: string;
  /** 1 to 100. */
  readonly quantity: number;
  readonly name: string;
  readonly unitPrice: Money;
  /** The cart's version at which the line was added. Lines are shown in this order. */
  readonly position: bigint;
}

/** Today's products by id. A product that is gone is not in it. */
export type Products = ReadonlyMap<string, CatalogProduct>;

/** Whose cart it is. */
export interface CartKey {
  /** UUID of the owner. */
  readonly userId: string;
}

/** A cart as it is stored. */
export interface StoredCart {
  /** Goes up with every change of the lines. 0 before the first change. */
  readonly version: bigint;
  /** In the order in which they were added. */
  readonly lines: readonly CartLine[];
  /** The order that has a live claim on it. */
  readonly claimedBy: string | undefined;
}

/** Lines to add or replace, and ids of products whose lines are removed. */
export interface CartChange {
  readonly put?: readonly CartLine[];
  readonly remove?: readonly string[];
}

/** What the cart needs to know of a product. */
export interface CatalogProduct {
  readonly productId: string;
  readonly name: string;
  readonly price: Money;
  /** Pieces that can be bought now. */
  readonly availableQuantity: number;
}

/** A line at today's price. */
export interface PricedLine {
  readonly productId: string;
  readonly quantity: number;
  readonly name: string;
  readonly unitPrice: Money;
  readonly lineTotal: Money;
  /** Whether that many pieces can be bought now. */
  readonly available: boolean;
  /** The price when the line was last set; undefined if it is still the price. */
  readonly previousUnitPrice: Money | undefined;
  /** Why the line can't be bought; undefined if it can be. */
  readonly unavailableReason: UnavailableReason | undefined;
  /** Today's price in another currency than the line's, which makes the line unavailable; undefined otherwise. */
  readonly currentUnitPrice: Money | undefined;
}

export type UnavailableReason = 'PRODUCT_NOT_FOUND' | 'CURRENCY_MISMATCH' | 'OUT_OF_STOCK';

export interface PricedCart {
  readonly version: bigint;
  readonly lines: readonly PricedLine[];
  /** undefined for an empty cart. */
  readonly total: Money | undefined;
}

export type ClaimState = 'CLAIMED' | 'CONSUMED' | 'RELEASED';

export interface Claim {
  readonly orderId: string;
  readonly state: ClaimState;
  /** undefined for a tombstone. */
  readonly userId: string | undefined;
  /** undefined if the order never claimed the cart. */
  readonly cartVersion: bigint | undefined;
}

/** The status of a claim's order. It is COMPLETED also if the order was refunded afterwards. */
export type OrderEnd = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export interface Quantity {
  readonly productId: string;
  readonly quantity: number;
}

/** A claim with its times, to be told. */
export interface ClaimRecord {
  readonly state: ClaimState;
  /** Undefined for a tombstone. */
  readonly cartVersion: bigint | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** An event that a consumer has taken in. */
export interface Receipt {
  readonly eventId: string;
  readonly consumer: string;
  readonly receivedAt: Date;
}
