import type { Product } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { Context } from '../context.ts';
import { money } from '../format.ts';
import { printMany } from '../output.ts';
import { tellMore } from '../more.ts';
import type { Row } from '../table.ts';

export interface ProductsListOptions {
  readonly search: string;
  readonly limit: number;
  readonly pageToken: string;
}

/** Lists products as every visitor of the shop sees them: no account is needed. */
export async function listProducts(context: Context, options: ProductsListOptions): Promise<void> {
  const { search, limit: pageSize, pageToken } = options;
  const catalog = await context.catalog();
  const { products, nextPageToken } = await catalog.listProducts({ query: search, pageSize, pageToken });
  printMany(products.map(productRow), context.json, {
    jsonOnly: ['category'],
    whole: ['productId'],
    text: ['name'],
  });
  tellMore(context, { shown: products.length, nextPageToken, narrow: '--search' });
}

function productRow({ productId, sku, name, category, price, availableQuantity }: Product): Row {
  return { productId, sku, name, category, price: money(price), available: availableQuantity };
}
