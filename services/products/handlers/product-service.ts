import type { ServiceImpl } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { actorOf } from '../convert/actor.ts';
import { maskedDetails } from '../convert/field-mask.ts';
import { importResultToMessage, importRowFromMessage } from '../convert/import.ts';
import { listInputFromMessage } from '../convert/list.ts';
import {
  categoriesToResponse,
  detailsFromMessage,
  pageToResponse,
  productToMessage,
  productToResponse,
} from '../convert/product.ts';
import { adjustStock } from '../domain/adjust-stock.ts';
import { batchGetProducts } from '../domain/batch-get-products.ts';
import { createProduct } from '../domain/create-product.ts';
import { deleteProduct } from '../domain/delete-product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { missingProduct } from '../domain/errors.ts';
import { getProduct } from '../domain/get-product.ts';
import type { ImportRow } from '../domain/import-plan.ts';
import { importProducts } from '../domain/import-products.ts';
import { listCategories } from '../domain/list-categories.ts';
import { listProducts } from '../domain/list-products.ts';
import { updateProduct } from '../domain/update-product.ts';

export function productServiceHandlers(deps: ProductsDeps): ServiceImpl<typeof ProductService> {
  return {
    listProducts: async (request) => pageToResponse(await listProducts(deps, listInputFromMessage(request))),

    getProduct: async ({ productId }) => productToResponse(await getProduct(deps, { productId })),

    batchGetProducts: async ({ productIds }) => {
      const products = await batchGetProducts(deps, { productIds });
      return { products: products.map(productToMessage) };
    },

    listCategories: async () => categoriesToResponse(await listCategories(deps)),

    createProduct: async ({ product, requestId, reason }, context) => {
      if (product === undefined) throw missingProduct();
      const { actorId: adminId, ...client } = actorOf(context);
      const created = await createProduct(deps, {
        details: detailsFromMessage(product),
        openingStock: product.availableQuantity,
        requestId,
        adminId,
        told: { client, reason },
      });
      return { product: productToMessage(created) };
    },

    updateProduct: async ({ product, updateMask, reason }, context) => {
      if (product === undefined) throw missingProduct();
      const { productId, etag } = product;
      const details = maskedDetails(product, updateMask?.paths ?? []);
      const by = actorOf(context);
      return { product: productToMessage(await updateProduct(deps, { productId, details, etag, by, reason })) };
    },

    deleteProduct: async ({ productId, etag, reason }, context) => {
      await deleteProduct(deps, { productId, etag, by: actorOf(context), reason });
      return {};
    },

    adjustStock: async ({ productId, delta, requestId, note }, context) => {
      const by = actorOf(context);
      return { product: productToMessage(await adjustStock(deps, { productId, delta, requestId, note, by })) };
    },

    importProducts: async ({ rows, validateOnly, reason, trailEntryId }, context) => {
      const read = rows.map(importRowFromMessage);
      const importEntryId = trailEntryId === '' ? undefined : trailEntryId.toLowerCase();
      const asked = { rows: read.filter(isRow), validateOnly, by: actorOf(context), reason, importEntryId };
      const imported = (await importProducts(deps, asked)).values();
      const results = read.map((row) => {
        const answer = isRow(row) ? imported.next().value : undefined;
        return importResultToMessage(answer ?? { outcome: 'refused', error: isRow(row) ? missingProduct() : row });
      });
      return { results };
    },
  };
}

function isRow(row: ImportRow | AppError): row is ImportRow {
  return !(row instanceof AppError);
}
