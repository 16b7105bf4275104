/** An exact amount. `minorUnits` counts the smallest unit of the currency, cents for USD. */
export interface Price {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

/** What an administrator writes of a product. */
export interface ProductDetails {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: Price;
  readonly imageUrl: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A product to be. */
export interface NewProduct {
  /** UUID in lower case. */
  readonly productId: string;
  readonly details: ProductDetails;
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

/** The most pieces of a product that may be in the house: the contract's bound on `available_quantity`. */
export const maxOnHand = 1_000_000_000;

/** What `etag` is in the contract: equal as long as the details are. */
export function etagOf(product: Product): string {
  return `v${product.version}`;
}

/** A product that survives JSON: no bigint, no Date. */
export interface ProductRecord extends Omit<Product, 'price' | 'createTime' | 'updateTime'> {
  readonly price: { readonly currencyCode: string; readonly minorUnits: string };
  readonly createTime: string;
  readonly updateTime: string;
}

/** For stored answers and caches; `fromRecord` is its inverse. */
export function toRecord(product: Product): ProductRecord {
  return {
    ...product,
    price: { ...product.price, minorUnits: product.price.minorUnits.toString() },
    createTime: product.createTime.toISOString(),
    updateTime: product.updateTime.toISOString(),
  };
}

export function fromRecord(record: ProductRecord): Product {
  return {
    ...record,
    price: { ...record.price, minorUnits: BigInt(record.price.minorUnits) },
    createTime: new Date(record.createTime),
    updateTime: new Date(record.updateTime),
  };
}
