import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { products, stockMovements } from '../schema.ts';
import { seedProducts } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('products', 'products');
});
afterAll(() => database.close());

test('parallel and repeated seeds create one catalog of 240 products in 10 categories, in stock and in dollars', async () => {
  await Promise.all([seedProducts(database.db), seedProducts(database.db)]);
  expect(await seedProducts(database.db)).toBe(0);
  const [counted] = await database.db
    .select({
      products: sql<number>`count(*)::int`,
      categories: sql<number>`count(distinct category)::int`,
      skus: sql<number>`count(distinct sku)::int`,
    })
    .from(products)
    .where(and(eq(products.currencyCode, 'USD'), sql`on_hand > 0 and price_minor > 0`));
  expect(counted).toEqual({ products: 240, categories: 10, skus: 240 });
  const [moved] = await database.db.select({ movements: sql<number>`count(*)::int` }).from(stockMovements);
  expect(moved?.movements).toBe(240);
});
