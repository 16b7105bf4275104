import { create } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import {
  ListCategoriesResponseSchema,
  type ProductService,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { memoize } from '../convert/product.ts';
import { listCategories as list, type Category } from '../domain/list-categories.ts';
import type { ProductsDeps } from '../domain/deps.ts';

const toResponse = memoize((categories: readonly Category[]) =>
  create(ListCategoriesResponseSchema, {
    categories: categories.map(({ name, productCount }) => ({ name, productCount })),
  }),
);

export function listCategories(deps: ProductsDeps): ServiceImpl<typeof ProductService>['listCategories'] {
  return async () => toResponse(await list(deps));
}
