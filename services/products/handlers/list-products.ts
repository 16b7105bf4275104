import { create } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import {
  ListProductsResponseSchema,
  type ProductService,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { memoize, toPrice, toProductMessage } from '../convert/product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { listProducts as list, type ProductPage } from '../domain/list-products.ts';

const toResponse = memoize((page: ProductPage) =>
  create(ListProductsResponseSchema, {
    products: page.products.map(toProductMessage),
    nextPageToken: page.nextPageToken,
  }),
);

export function listProducts(deps: ProductsDeps): ServiceImpl<typeof ProductService>['listProducts'] {
  return async (request) => {
    const page = await list(deps, {
      query: request.query,
      category: request.category,
      minPrice: request.minPrice && toPrice(request.minPrice),
      maxPrice: request.maxPrice && toPrice(request.maxPrice),
      inStock: request.inStock,
      orderBy: request.orderBy,
      pageSize: request.pageSize,
      pageToken: request.pageToken,
    });
    return toResponse(page);
  };
}
