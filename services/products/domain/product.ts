import { z } from 'zod';
import type { Product, ProductDetails } from './types.ts';

/** The details of a product with their types in JSON. Code that handles each detail takes the names from here. */
const detailsInJson = {
  sku: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price: z.object({ currencyCode: z.string(), minorUnits: z.string() }),
  imageUrl: z.string(),
  attributes: z.record(z.string(), z.string()),
} satisfies Record<keyof ProductDetails, z.ZodType>;

export const detailNames = Object.keys(detailsInJson) as readonly (keyof ProductDetails)[];

/** Picks the details out of a value. */
export function detailsOf<Value extends Readonly<Record<keyof ProductDetails, unknown>>>(
  value: Value,
): Pick<Value, keyof ProductDetails> {
  return Object.fromEntries(detailNames.map((name) => [name, value[name]])) as Pick<Value, keyof ProductDetails>;
}

/** A product as JSON has it: no bigint, no Date. */
export const productRecord = z.object({
  ...detailsInJson,
  productId: z.string(),
  availableQuantity: z.number(),
  version: z.number(),
  createTime: z.string(),
  updateTime: z.string(),
});

export type ProductRecord = z.infer<typeof productRecord>;

/** A product for stored answers and caches. `fromRecord` is the inverse. */
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

/** The most pieces of a product on hand: the contract's bound on `available_quantity`. */
export const maxOnHand = 1_000_000_000;

/** The `etag` of the contract. It changes with every change of the details, and never with the stock. */
export function etagOf(product: Product): string {
  return `v${product.version}`;
}
