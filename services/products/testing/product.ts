import { randomUUID } from 'node:crypto';
import type { Product, ProductDetails } from '../domain/types.ts';

/** Example details. All values differ from each other and from those of another mark. */
export function exampleDetails(mark: number): ProductDetails {
  return {
    sku: `sku-${randomUUID()}`,
    name: `name ${mark}`,
    description: `description ${mark}`,
    category: `category ${mark}`,
    price: { currencyCode: 'USD', minorUnits: 1000n + BigInt(mark) },
    imageUrl: `https://example.com/${mark}.png`,
    attributes: { attribute: `value ${mark}` },
  };
}

/** An example product that is not in a database. */
export function exampleProduct(fields: Partial<Product> = {}): Product {
  const now = new Date();
  const given = { productId: randomUUID(), availableQuantity: 1, version: 1, createTime: now, updateTime: now };
  return { ...exampleDetails(1), ...given, ...fields };
}
