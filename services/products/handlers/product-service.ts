import { create } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { GetProductResponseSchema, type ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { memoize, toProductMessage } from '../convert/product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { getProduct as get } from '../domain/batch-get-products.ts';
import type { Product } from '../domain/product.ts';

const toResponse = memoize((product: Product) =>
  create(GetProductResponseSchema, { product: toProductMessage(product) }),
);

export function getProduct(deps: ProductsDeps): ServiceImpl<typeof ProductService>['getProduct'] {
  return async (request) => toResponse(await get(deps, request.productId));
}
