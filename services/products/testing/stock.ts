import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { productsInvariants } from '../invariants.ts';
import type { ProductsSuite } from './suite.ts';

/** Lines of an order, at the products' prices. */
export function lines(...parts: readonly (readonly [Product, number])[]) {
  return parts.map(([product, quantity]) => ({
    productId: product.productId,
    quantity,
    unitPrice: { currencyCode: 'USD', minorUnits: product.price?.minorUnits ?? 0n },
  }));
}

/** Reserves for a new order. @returns its id */
export async function reserved({ stock }: ProductsSuite, product: Product, quantity: number): Promise<string> {
  const orderId = randomUUID();
  await stock.reserve({ orderId, lines: lines([product, quantity]), ttlSeconds: 900 });
  return orderId;
}

/** As if the reservation's time had run out. */
export async function letExpire({ database }: ProductsSuite, orderId: string): Promise<void> {
  await database.db.execute(
    sql`update products.reservations set expires_at = now() - interval '1 second' where order_id = ${orderId}`,
  );
}

export async function expectSoundBooks({ database }: ProductsSuite): Promise<void> {
  for (const { name, violations } of productsInvariants) {
    const { rows } = await database.db.execute(sql.raw(violations));
    expect(rows, name).toHaveLength(0);
  }
}
