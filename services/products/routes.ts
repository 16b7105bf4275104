import type { ConnectRouter } from '@connectrpc/connect';
import { StockService } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { ProductsDeps } from './domain/deps.ts';
import { adjustStock } from './handlers/adjust-stock.ts';
import { batchGetProducts } from './handlers/batch-get-products.ts';
import { createProduct } from './handlers/create-product.ts';
import { deleteProduct } from './handlers/delete-product.ts';
import { getProduct } from './handlers/product-service.ts';
import { importProducts } from './convert/import.ts';
import { listCategories } from './handlers/list-categories.ts';
import { listProducts } from './handlers/list-products.ts';
import { stockHandlers } from './handlers/stock-service.ts';
import { updateProduct } from './handlers/update-product.ts';

/** What the edge may reach. */
export function publicRoutes(deps: ProductsDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router.service(ProductService, {
      listProducts: listProducts(deps),
      getProduct: getProduct(deps),
      batchGetProducts: batchGetProducts(deps),
      createProduct: createProduct(deps),
      updateProduct: updateProduct(deps),
      deleteProduct: deleteProduct(deps),
      adjustStock: adjustStock(deps),
      listCategories: listCategories(deps),
      importProducts: importProducts(deps),
    });
}

/** What only the checkout saga calls. */
export function internalRoutes(deps: ProductsDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(StockService, stockHandlers(deps));
}
