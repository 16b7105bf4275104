import type { ListProductsRequest } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { ListInput } from '../domain/list-products.ts';

export function listInputFromMessage(request: ListProductsRequest): ListInput {
  const { query, category, minPrice, maxPrice, inStock, orderBy, pageSize, pageToken } = request;
  return { query, category, minPrice, maxPrice, inStock, orderBy, pageSize, pageToken };
}
