import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { toProductMessage } from '../convert/product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { missingProduct } from '../domain/errors.ts';
import { updateProduct as updateOne } from '../domain/update-product.ts';
import { maskedDetails } from '../convert/field-mask.ts';

export function updateProduct(deps: ProductsDeps): ServiceImpl<typeof ProductService>['updateProduct'] {
  return async (request) => {
    const { product, updateMask } = request;
    if (product === undefined) throw missingProduct();
    const updated = await updateOne(deps, {
      productId: product.productId,
      details: maskedDetails(product, updateMask?.paths ?? []),
      etag: product.etag,
    });
    return { product: toProductMessage(updated) };
  };
}
