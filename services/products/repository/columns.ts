import { getTableColumns, sql } from 'drizzle-orm';
import type { Product } from '../domain/types.ts';
import { products } from '../schema.ts';

type ProductRow = Omit<Product, 'price'> & { readonly priceMinor: bigint; readonly currencyCode: string };

// What stays in the database, or reaches readers by another name, stands here; every other column is read as it is.
const { id, onHand, reserved, createdAt, updatedAt, deletedAt: _, search: __, ...details } = getTableColumns(products);

/** What a reader needs of a row. */
export const productColumns = {
  ...details,
  productId: id,
  availableQuantity: sql<number>`${onHand} - ${reserved}`,
  createTime: createdAt,
  updateTime: updatedAt,
};

/** Columns that are no field of a product: while there are any, no row is taken for a product's. */
type Stray = Exclude<keyof typeof productColumns, keyof ProductRow>;

export function toProduct(row: ProductRow & { readonly [Name in Stray]?: never }): Product {
  const { priceMinor, currencyCode, ...rest } = row;
  return { ...rest, price: { currencyCode, minorUnits: priceMinor } };
}
