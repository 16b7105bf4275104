import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toPrice, toProductMessage } from '../convert/product.ts';
import { createProduct as createOne } from '../domain/create-product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { missingProduct } from '../domain/errors.ts';

export function createProduct(deps: ProductsDeps): ServiceImpl<typeof ProductService>['createProduct'] {
  return async (request, context) => {
    const { product } = request;
    // The contract requires both; this tells the compiler.
    if (product?.price === undefined) throw missingProduct();
    const { sku, name, description, category, imageUrl, attributes, availableQuantity } = product;
    const created = await createOne(deps, {
      details: { sku, name, description, category, imageUrl, attributes, price: toPrice(product.price) },
      openingStock: availableQuantity,
      requestId: request.requestId,
      adminId: requireUser(context).userId,
    });
    return { product: toProductMessage(created) };
  };
}
