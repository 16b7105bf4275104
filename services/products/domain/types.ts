import type { Money } from '../../../proto/money.ts';

/** What an administrator writes of a product: its details. */
export interface ProductDetails {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: Money;
  readonly imageUrl: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Details of a product to be. Those that are left out get the default of their column. */
export type NewDetails = Partial<ProductDetails> & Pick<ProductDetails, 'sku' | 'name' | 'price'>;

/** A product to be. */
export interface NewProduct {
  /** UUID in lower case. */
  readonly productId: string;
  readonly details: NewDetails;
  /** Pieces in the house from the start. */
  readonly onHand: number;
}

/** A product as readers see it. */
export interface Product extends ProductDetails {
  /** UUID in lower case. */
  readonly productId: string;
  /** Pieces on hand that no order has reserved. */
  readonly availableQuantity: number;
  /** Counts changes of the details; stock aside. */
  readonly version: number;
  readonly createTime: Date;
  readonly updateTime: Date;
}

export interface Category {
  readonly name: string;
  /** Products in it, sold out ones as well. */
  readonly productCount: number;
}

export interface ProductPage {
  readonly products: readonly Product[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export type SortField = 'relevance' | 'price' | 'name' | 'create_time';

/** Where a page begins: after the row with this sort value and id. */
export interface Position {
  /** The sort field's value as text. */
  readonly value: string;
  readonly productId: string;
}

/** What the repository is asked for. */
export interface ListCriteria {
  /** Folded words, all of which must match as prefixes; undefined for no search. */
  readonly words: readonly string[] | undefined;
  readonly category: string;
  readonly currencyCode: string | undefined;
  readonly minPriceMinor: bigint | undefined;
  readonly maxPriceMinor: bigint | undefined;
  readonly inStock: boolean;
  readonly sort: SortField;
  readonly descending: boolean;
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface ListedProduct {
  readonly product: Product;
  /** Value of the sort field, for the page token. */
  readonly sortValue: string;
}

export type ReservationState = 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';

/** Pieces of one product. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Pieces of one product at the price the buyer saw. */
export interface PricedLine extends Line {
  readonly unitPrice: Money;
}

/** A locked product as far as stock goes. */
export interface StockLevel {
  readonly productId: string;
  readonly onHand: number;
  readonly available: number;
  readonly price: Money;
  readonly deleted: boolean;
}

export interface Shortage {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
}

export interface Reservation {
  readonly orderId: string;
  readonly state: ReservationState;
  readonly expireTime: Date;
  /** The expiry has passed by the database's clock, read after the lock. Says something while ACTIVE only. */
  readonly overdue: boolean;
  readonly retaken: boolean;
  /** What a refused commit was told; undefined if none was refused. */
  readonly refusal: Readonly<Record<string, string>> | undefined;
  readonly restocked: boolean;
}
