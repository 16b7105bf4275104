import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { toProductMessage } from '../convert/product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { getProducts } from '../domain/batch-get-products.ts';

export function batchGetProducts(deps: ProductsDeps): ServiceImpl<typeof ProductService>['batchGetProducts'] {
  return async (request) => {
    const products = await getProducts(deps, request.productIds);
    return { products: products.map(toProductMessage) };
  };
}
