import type { ConnectRouter } from '@connectrpc/connect';
import { CatalogTrailService } from '../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { StockRecordService } from '../../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import { StockService } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { sharedRead } from '../../platform/rpc/answers/shared-read.ts';
import { addStaffService } from '../../platform/rpc/server/staff-routes.ts';
import type { SharedRead } from '../../platform/service.ts';
import { listInputFromMessage } from './convert/list.ts';
import { categoriesToResponse, pageToResponse, productToResponse } from './convert/product.ts';
import type { AccessDeps, ProductsDeps } from './domain/deps.ts';
import { getProductAtHand } from './domain/get-product.ts';
import { listCategoriesAtHand } from './domain/list-categories.ts';
import { listProductsAtHand } from './domain/list-products.ts';
import { requireAdmin } from './domain/require-admin.ts';
import { catalogTrailServiceHandlers } from './handlers/catalog-trail-service.ts';
import { productServiceHandlers } from './handlers/product-service.ts';
import { stockServiceHandlers } from './handlers/stock-service.ts';
import { stockRecordServiceHandlers } from './handlers/stock-record-service.ts';

/** The RPCs that the edge may reach. Those that change something ask sso first whether the caller is an administrator. */
export function publicRoutes(deps: ProductsDeps & AccessDeps): (router: ConnectRouter) => void {
  return (router) =>
    addStaffService(router, ProductService, productServiceHandlers(deps), (call) => requireAdmin(deps, call));
}

/** The RPCs that only the saga and the back office call. */
export function internalRoutes(deps: ProductsDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router
      .service(StockService, stockServiceHandlers(deps))
      .service(StockRecordService, stockRecordServiceHandlers(deps))
      .service(CatalogTrailService, catalogTrailServiceHandlers(deps));
}

/** The reads whose answers may be sent again as they are, while the cache would give the same value. */
export function sharedReads(deps: ProductsDeps): readonly SharedRead[] {
  const { listProducts, getProduct, listCategories } = ProductService.method;
  return [
    sharedRead(listProducts, (request) =>
      answerOf(listProductsAtHand(deps, listInputFromMessage(request)), pageToResponse),
    ),
    sharedRead(getProduct, ({ productId }) => answerOf(getProductAtHand(deps, { productId }), productToResponse)),
    sharedRead(listCategories, () => answerOf(() => listCategoriesAtHand(deps), categoriesToResponse)),
  ];
}

function answerOf<Value, Answer>(find: () => Value | undefined, convert: (value: Value) => Answer) {
  return (): Answer | undefined => {
    const value = find();
    return value === undefined ? undefined : convert(value);
  };
}
