import { sql } from 'drizzle-orm';
import type { Product } from '../domain/product.ts';
import { products } from '../schema.ts';

/** What a reader needs of a row; the search vector stays in the database. */
export const productColumns = {
  productId: products.id,
  sku: products.sku,
  name: products.name,
  description: products.description,
  category: products.category,
  priceMinor: products.priceMinor,
  currencyCode: products.currencyCode,
  availableQuantity: sql<number>`${products.onHand} - ${products.reserved}`,
  imageUrl: products.imageUrl,
  attributes: products.attributes,
  version: products.version,
  createTime: products.createdAt,
  updateTime: products.updatedAt,
};

type ProductRow = Omit<Product, 'price'> & { readonly priceMinor: bigint; readonly currencyCode: string };

export function toProduct(row: ProductRow): Product {
  const { priceMinor, currencyCode, ...rest } = row;
  return { ...rest, price: { currencyCode, minorUnits: priceMinor } };
}
