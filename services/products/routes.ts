import type { ConnectRouter } from '@connectrpc/connect';
import { StockService } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { ProductsDeps } from './domain/deps.ts';
import { productServiceHandlers } from './handlers/product-service.ts';
import { stockServiceHandlers } from './handlers/stock-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: ProductsDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(ProductService, productServiceHandlers(deps));
}

/** The RPCs that only the saga calls. */
export function internalRoutes(deps: ProductsDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(StockService, stockServiceHandlers(deps));
}
