import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  GetProductResponseSchema,
  ListCategoriesResponseSchema,
  ListProductsResponseSchema,
  ProductSchema,
  type Product as ProductMessage,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { missingProduct } from '../domain/errors.ts';
import { detailsOf, etagOf } from '../domain/product.ts';
import type { Category, Product, ProductDetails, ProductPage } from '../domain/types.ts';
import { memoize } from './memoize.ts';

/** The details of a product to be created. @throws INVALID_PRODUCT if the price is missing */
export function detailsFromMessage(product: ProductMessage): ProductDetails {
  const { price } = product;
  // The contract requires a price; the check is for the compiler.
  if (price === undefined) throw missingProduct();
  return detailsOf({ ...product, price });
}

export const productToMessage = memoize((product: Product): ProductMessage =>
  create(ProductSchema, {
    ...detailsOf(product),
    productId: product.productId,
    availableQuantity: product.availableQuantity,
    etag: etagOf(product),
    createTime: timestampFromDate(product.createTime),
    updateTime: timestampFromDate(product.updateTime),
  } satisfies Record<keyof typeof ProductSchema.field, unknown>),
);

export const productToResponse = memoize((product: Product) =>
  create(GetProductResponseSchema, { product: productToMessage(product) }),
);

export const pageToResponse = memoize((page: ProductPage) =>
  create(ListProductsResponseSchema, {
    products: page.products.map(productToMessage),
    nextPageToken: page.nextPageToken,
  }),
);

export const categoriesToResponse = memoize((categories: readonly Category[]) =>
  create(ListCategoriesResponseSchema, {
    categories: categories.map(({ name, productCount }) => ({ name, productCount })),
  }),
);
