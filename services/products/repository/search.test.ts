import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import type { ListCriteria } from '../domain/types.ts';
import { allProducts } from '../testing/criteria.ts';
import { searchStatements } from './search.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('products', 'products');
  await database.db.transaction(async (transaction) => {
    await transaction.execute(sql`set local statement_timeout = 0`);
    await transaction.execute(sql`
    insert into products.products (id, sku, name, description, category, price_minor, currency_code)
    select gen_random_uuid(), 'SKU-' || i, 'Thing ' || md5(i::text), 'About ' || md5((-i)::text), 'category ' || i % 50, i, 'USD'
    from generate_series(1, 4000) as i`);
  });
  // As autovacuum does. Until then new words are in a list beside the index.
  await database.db.execute(sql`vacuum analyze products.products`);
});
afterAll(() => database.close());

const after = { value: 'Thing 8', productId: randomUUID() };

/** The plan of the statement that lists these products. */
async function planOf(criteria: ListCriteria): Promise<string> {
  const statements: { query: string; params: unknown[] }[] = [];
  const logQuery = (query: string, params: unknown[]) => void statements.push({ query, params });
  await searchStatements(drizzle(database.db.$client, { logger: { logQuery } })).listProducts(criteria);
  const [{ query, params } = { query: '', params: [] }] = statements;
  const { rows } = await database.db.$client.query<{ 'QUERY PLAN': string }>(`explain ${query}`, params);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

test.each<[string, Partial<ListCriteria>, string]>([
  ['a SKU', { query: 'SKU-1234', sort: 'relevance' }, 'products_search_vector'],
  ['a word', { query: 'c4ca4238a0b', sort: 'relevance' }, 'products_search_vector'],
  ['a word of unspaced letters', { query: '東京', sort: 'relevance' }, 'products_search_vector'],
  ['nothing, by name', { sort: 'name', descending: false }, 'products_by_collated_name'],
  ['nothing, by name, on a later page', { sort: 'name', descending: false, after }, 'products_by_collated_name'],
  ['nothing, by name from the last', { sort: 'name', after }, 'products_by_collated_name'],
  ['nothing', {}, 'products_by_time'],
  ['a category', { category: 'category 7' }, 'products_by_category'],
])('a search for %s uses an index', async (_, criteria, index) => {
  const plan = await planOf({ ...allProducts, ...criteria });
  expect(plan).toContain(index);
  expect(plan).not.toContain('Seq Scan');
});
