import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportOutcome } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { migrateService } from '../../platform/data/db/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../../platform/testing/database.ts';
import { createProductsSuite, refusal, type ProductsSuite, usd } from './testing/suite.ts';

const folder = join(import.meta.dirname, '../../drizzle/products');

async function migrate(database: TestDatabase, migration: string): Promise<void> {
  const text = await readFile(join(folder, migration), 'utf8');
  for (const statement of text.split('--> statement-breakpoint')) await database.db.execute(sql.raw(statement));
}

/** As 0.1.0 inserts a product. */
function insert({ db }: TestDatabase, sku: string, age = 0): Promise<{ rows: unknown[] }> {
  return db.execute(sql`
    insert into products.products (id, sku, name, price_minor, currency_code, created_at)
    values (${randomUUID()}, ${sku}, ${`Thing ${sku}`}, 1, 'USD', now() - make_interval(days => ${age}::int))
    on conflict do nothing returning id`);
}

test.each(['', `template template0 locale_provider icu icu_locale 'tr' lc_collate 'C' lc_ctype 'C'`])(
  'texts are folded and sorted alike in a database of any locale: %s',
  async (options) => {
    const database = await createEmptyDatabase('locale', options);
    try {
      await migrateService(database.url, 'products', 'products');
      const { rows } = await database.db.execute(sql`
        select products.search_vector('TITLE İı Ørsted “Смартфон” ΟΔΟΣ Coca–Cola ゲーム', 'A')::text as document,
          products.search_query('TITLE İı ΟΔΟΣ T-SHIRT')::text as query, products.sku_key(' TİTLE-ΟΔΟΣ') as key,
          array(select word collate "und-x-icu" from unnest(array['z', 'İ', 'ı', 'I', 'i', 'Ä', 'a']) as word order by 1) as sorted`);
      expect(rows).toEqual([
        {
          document:
            "'coca':6A 'cocacola':11A 'cola':7A 'ii':2A 'orsted':3A 'title':1A 'οδοσ':5A 'смартфон':4A 'ゲ':8A 'ム':10A 'ー':9A",
          query: "'title':* & 'ii':* & 'οδοσ':* & ( 't':* & 'shirt':* | 'tshirt':* )",
          key: 'ti\u0307tle-οδοσ',
          sorted: ['a', 'Ä', 'i', 'I', 'İ', 'ı', 'z'],
        },
      ]);
    } finally {
      await database.close();
    }
  },
);

describe('a catalog of 0.1.0 with SKUs that are the same now', () => {
  let database: TestDatabase;
  let app: ProductsSuite;
  beforeAll(async () => {
    database = await createEmptyDatabase('upgrade');
    await migrate(database, '0000_init.sql');
    for (const [age, sku] of ['ab-1', 'AB-1', ' ab-1', 'CD-2', '\u200b'].entries()) await insert(database, sku, age);
    await migrate(database, '0001_sku_keys_and_search.sql');
    await migrate(database, '0002_catalog_changes.sql');
    app = await createProductsSuite({ database });
  });
  afterAll(() => database.close());

  const listed = async () => {
    const { rows } = await database.db.execute(
      sql`select sku, sku_twin from products.products where deleted_at is null order by sku_key, sku_twin`,
    );
    return rows.map((row) => [row['sku'], row['sku_twin']]);
  };

  test('keeps all of them; the oldest is the one', async () => {
    expect(await listed()).toEqual([
      ['\u200b', 0],
      [' ab-1', 0],
      ['AB-1', 1],
      ['ab-1', 2],
      ['CD-2', 0],
    ]);
    expect((await app.products.listProducts({ query: 'ab-1' })).products).toHaveLength(3);
  });

  test('takes no further one, neither from this version nor from 0.1.0', async () => {
    expect(await refusal(app.addProduct({ sku: 'Ab-1' }))).toBe('already_exists SKU_TAKEN');
    expect((await insert(database, 'Ab-1')).rows).toEqual([]);
    expect((await insert(database, 'cd-2')).rows).toEqual([]);
    expect((await insert(database, 'EF-3')).rows).toHaveLength(1);
    expect((await app.products.listProducts({ query: 'ef-3' })).products).toHaveLength(1);
  });

  test('is imported by the SKU as it is written, or else by the oldest product', async () => {
    const rows = ['AB-1', 'ab-1', 'Ab-1'].map((sku) => ({ product: { sku, description: `of ${sku}` } }));
    const { results } = await app.products.importProducts({ rows });
    expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 3 }, () => ImportOutcome.UPDATED));
    const { products } = await app.products.listProducts({ query: 'ab-1', orderBy: 'create_time' });
    expect(products.map(({ sku, description }) => [sku, description])).toEqual([
      [' ab-1', 'of Ab-1'],
      ['AB-1', 'of AB-1'],
      ['ab-1', 'of ab-1'],
    ]);
  });

  test('is put in order one by one; a SKU is free when the last of them is gone', async () => {
    const idOf = async (sku: string) => {
      const { products } = await app.products.listProducts({ query: 'thing' });
      return products.find((product) => product.sku === sku)?.productId ?? '';
    };
    await app.products.deleteProduct({ productId: await idOf(' ab-1') });
    expect(await refusal(app.addProduct({ sku: 'aB-1' }))).toBe('already_exists SKU_TAKEN');
    const other = await app.addProduct();
    const change = app.products.updateProduct({ product: { productId: other.productId, sku: 'aB-1' } });
    expect(await refusal(change)).toBe('already_exists SKU_TAKEN');
    await app.products.updateProduct({ product: { productId: await idOf('AB-1'), sku: 'AB-1-old' } });
    expect(await refusal(app.addProduct({ sku: 'ab-1-OLD' }))).toBe('already_exists SKU_TAKEN');
    await app.products.updateProduct({ product: { productId: await idOf('ab-1'), sku: 'Ab-1', price: usd(2n) } });
    expect(await refusal(app.addProduct({ sku: 'aB-1' }))).toBe('already_exists SKU_TAKEN');
    await app.products.deleteProduct({ productId: await idOf('Ab-1') });
    expect(await refusal(app.addProduct({ sku: 'aB-1' }))).toBe('ok');
  });

  test('is still searched by 0.1.0', async () => {
    const { rows } = await database.db.execute(sql`
      select sku from products.products where search @@ to_tsquery('simple', 'cd:* & 2:*') order by lower(name)`);
    expect(rows).toEqual([{ sku: 'CD-2' }]);
  });
});
