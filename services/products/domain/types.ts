import type { ClientRecord } from '../../../platform/auth/client-network.ts';
import type { Money } from '../../../proto/money.ts';

/** The details of a product: the fields that an administrator writes. */
export interface ProductDetails {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: Money;
  readonly imageUrl: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Details of a product to be created. A detail that is left out gets the default of its column. */
export type NewDetails = Partial<ProductDetails> & Pick<ProductDetails, 'sku' | 'name' | 'price'>;

/** A product to be created. */
export interface NewProduct {
  /** UUID in lower case. */
  readonly productId: string;
  readonly details: NewDetails;
  /** Pieces on hand at first. */
  readonly onHand: number;
}

/** A product as readers see it. */
export interface Product extends ProductDetails {
  /** UUID in lower case. */
  readonly productId: string;
  /** Pieces on hand that no order has reserved. */
  readonly availableQuantity: number;
  /** Counts the changes of the details, not those of the stock. */
  readonly version: number;
  readonly createTime: Date;
  readonly updateTime: Date;
}

export interface Category {
  readonly name: string;
  /** Number of its products, including those that are sold out. */
  readonly productCount: number;
}

export interface ProductPage {
  readonly products: readonly Product[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export type SortField = 'relevance' | 'price' | 'name' | 'create_time';

/** A page begins after the row with this sort value and id. */
export interface Position {
  /** The sort field's value as text. */
  readonly value: string;
  readonly productId: string;
}

/** What the repository lists. */
export interface ListCriteria {
  /** What is searched for, as the user wrote it; undefined for no search. */
  readonly query: string | undefined;
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

/** Stock and price of a locked product. */
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
  /**
   * Whether the expiry had passed by the database's clock when the row was locked. It has a meaning only while ACTIVE.
   */
  readonly overdue: boolean;
  readonly retaken: boolean;
  /** Metadata of the stored refusal of a commit; undefined if no commit was refused (rule S17). */
  readonly refusal: Readonly<Record<string, string>> | undefined;
  readonly restocked: boolean;
}

/** A reservation with its times, to be told. */
export interface ReservationRecord {
  readonly state: ReservationState;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it was committed, released or expired. */
  readonly closedAt: Date | undefined;
  /** When the goods came back after a refund. */
  readonly restockedAt: Date | undefined;
  /** It had expired before the commit, and free stock was taken again. */
  readonly retaken: boolean;
}

/** What administrators do to the catalog. The names are kept in the audit trail. */
export const catalogActions = [
  'product.create',
  'product.update',
  'product.delete',
  'product.adjust-stock',
  'products.import',
] as const;
export type CatalogAction = (typeof catalogActions)[number];

/** An administrator who changes the catalog, and the program that the call came from. */
export interface Actor extends ClientRecord {
  /** UUID. */
  readonly actorId: string;
}

/** A change of the catalog, as the audit trail keeps it. */
export interface CatalogChange extends Actor {
  /** UUID. */
  readonly changeId: string;
  readonly createTime: Date;
  readonly action: CatalogAction;
  /** What was changed, for people. */
  readonly subject: string;
  /** What came of it, for people. */
  readonly detail: string;
  /** Empty if nobody said why. */
  readonly reason: string;
  readonly requestId: string | undefined;
  /** Of an import: the entry of the audit trail that its caller has written for it. */
  readonly importEntryId: string | undefined;
}
