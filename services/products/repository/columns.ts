import { getTableColumns, sql } from 'drizzle-orm';
import type { Product } from '../domain/types.ts';
import { products } from '../schema.ts';

type ProductRow = Omit<Product, 'price'> & { readonly priceMinor: bigint; readonly currencyCode: string };

// Named here: columns that readers do not get, or get by another name. Every other column is read by its own name.
const { id, onHand, reserved, createdAt, updatedAt, ...others } = getTableColumns(products);
const { deletedAt: _, skuKey: _key, skuTwin: _twin, searchVector: _vector, search: _search, ...details } = others;

/** The columns of a product as readers get them. */
export const productColumns = {
  ...details,
  productId: id,
  availableQuantity: sql<number>`${onHand} - ${reserved}`,
  createTime: createdAt,
  updateTime: updatedAt,
};

/** Columns that are not fields of a product. If there is one, no row fits `toProduct` and the compiler says so. */
type Stray = Exclude<keyof typeof productColumns, keyof ProductRow>;

export function toProduct(row: ProductRow & { readonly [Name in Stray]?: never }): Product {
  const { priceMinor, currencyCode, ...rest } = row;
  return { ...rest, price: { currencyCode, minorUnits: priceMinor } };
}
