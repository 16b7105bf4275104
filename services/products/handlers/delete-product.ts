import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { deleteProduct as deleteOne } from '../domain/delete-product.ts';
import type { ProductsDeps } from '../domain/deps.ts';

export function deleteProduct(deps: ProductsDeps): ServiceImpl<typeof ProductService>['deleteProduct'] {
  return async (request) => {
    await deleteOne(deps, request.productId, request.etag);
    return {};
  };
}
