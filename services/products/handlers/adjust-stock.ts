import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toProductMessage } from '../convert/product.ts';
import { adjustStock as adjust } from '../domain/adjust-stock.ts';
import type { ProductsDeps } from '../domain/deps.ts';

export function adjustStock(deps: ProductsDeps): ServiceImpl<typeof ProductService>['adjustStock'] {
  return async (request, context) => {
    const { productId, delta, requestId, note } = request;
    const adminId = requireUser(context).userId;
    const product = await adjust(deps, { productId, delta, requestId, note, adminId });
    return { product: toProductMessage(product) };
  };
}
