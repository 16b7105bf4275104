import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { productsInvariants } from '../invariants.ts';
import type { ProductsSuite } from './suite.ts';

/** Lines of an order at the products' present prices. */
export function lines(...parts: readonly (readonly [Product, number])[]) {
  return parts.map(([product, quantity]) => ({
    productId: product.productId,
    quantity,
    unitPrice: { currencyCode: 'USD', minorUnits: product.price?.minorUnits ?? 0n },
  }));
}

/** Reserves pieces for a new order. @returns the order's id */
export async function reserved({ stock }: ProductsSuite, product: Product, quantity: number): Promise<string> {
  const orderId = randomUUID();
  await stock.reserve({ orderId, lines: lines([product, quantity]), ttlSeconds: 900 });
  return orderId;
}

/** Moves the reservation's expiry into the past. */
export async function letExpire({ database }: ProductsSuite, orderId: string): Promise<void> {
  await database.db.execute(
    sql`update products.reservations set expires_at = now() - interval '1 second' where order_id = ${orderId}`,
  );
}

/** Expects that every invariant of the service holds. */
export async function expectSoundBooks({ database }: ProductsSuite): Promise<void> {
  for (const { name, violations } of productsInvariants) {
    const { rows } = await database.db.execute(sql.raw(violations));
    expect(rows, name).toHaveLength(0);
  }
}
