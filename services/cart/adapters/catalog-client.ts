import type { Client } from '@connectrpc/connect';
import type { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { CatalogProduct } from '../domain/types.ts';
import type { Catalog } from '../ports.ts';

/** The most ids that the catalog takes in one call. A full cart and the product to be added are 101. */
const batchSize = 100;

export function createCatalogClient(products: Pick<Client<typeof ProductService>, 'batchGetProducts'>): Catalog {
  return async (productIds) => {
    const batches = Array.from({ length: Math.ceil(productIds.length / batchSize) }, (_, index) =>
      productIds.slice(index * batchSize, (index + 1) * batchSize),
    );
    const answers = await Promise.all(batches.map((batch) => products.batchGetProducts({ productIds: batch })));
    const found = new Map<string, CatalogProduct>();
    for (const { productId, name, price, availableQuantity } of answers.flatMap((answer) => answer.products)) {
      if (price === undefined) continue;
      const { currencyCode, minorUnits } = price;
      found.set(productId, { productId, name, price: { currencyCode, minorUnits }, availableQuantity });
    }
    return found;
  };
}
