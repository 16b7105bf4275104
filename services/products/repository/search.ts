import { and, asc, desc, eq, gte, isNull, lte, ne, sql, type SQL } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import type { Category, ListCriteria, ListedProduct, SortField } from '../domain/types.ts';
import { products } from '../schema.ts';
import { productColumns, toProduct } from './columns.ts';

/** The words of a query, folded as those of the products are. NULL, which finds nothing, if the query has no word. */
function tsquery(query = ''): SQL {
  return sql`products.search_query(${query})`;
}

/** 1 if the query is the product's SKU, which is more than any rank. */
function isSku(query = ''): SQL {
  return sql`(${products.skuKey} = products.sku_key(${query}))::int`;
}

/** Rules of Unicode, the same in a database of any locale. The index on names has the same collation. */
const collated = sql`collate "und-x-icu"`;

/** The SQL type in which a page token's value is compared with the sort key. */
const keyType: Readonly<Record<SortField, SQL>> = {
  relevance: sql`float4`,
  price: sql`bigint`,
  name: sql`text ${collated}`,
  create_time: sql`timestamptz`,
};

function sortKey({ sort, query }: ListCriteria): SQL {
  const keys: Readonly<Record<SortField, SQL>> = {
    relevance: sql`(ts_rank(${products.searchVector}, ${tsquery(query)}) + ${isSku(query)})::float4`,
    price: sql`${products.priceMinor}`,
    name: sql`${products.name} ${collated}`,
    create_time: sql`${products.createdAt}`,
  };
  return keys[sort];
}

/** The condition for rows after the page token's position, in the direction of the list. */
function beyond(criteria: ListCriteria, key: SQL): SQL | undefined {
  const { after, sort, descending } = criteria;
  if (after === undefined) return undefined;
  const position = sql`(${after.value}::${keyType[sort]}, ${after.productId}::uuid)`;
  return descending ? sql`(${key}, ${products.id}) < ${position}` : sql`(${key}, ${products.id}) > ${position}`;
}

function conditions(criteria: ListCriteria): (SQL | undefined)[] {
  const { category, currencyCode, minPriceMinor, maxPriceMinor } = criteria;
  return [
    isNull(products.deletedAt),
    criteria.query === undefined ? undefined : sql`${products.searchVector} @@ ${tsquery(criteria.query)}`,
    category === '' ? undefined : eq(products.category, category),
    currencyCode === undefined ? undefined : eq(products.currencyCode, currencyCode),
    minPriceMinor === undefined ? undefined : gte(products.priceMinor, minPriceMinor),
    maxPriceMinor === undefined ? undefined : lte(products.priceMinor, maxPriceMinor),
    criteria.inStock ? sql`${products.onHand} > ${products.reserved}` : undefined,
  ];
}

/** The sort value as text. Postgres reads it back as exactly the same value. */
function sortValue(sort: SortField, row: { priceMinor: bigint; createTime: Date; key: unknown }): string {
  if (sort === 'price') return row.priceMinor.toString();
  return sort === 'create_time' ? row.createTime.toISOString() : String(row.key);
}

/** Statements that list: filters, full-text search, order, and pages by key. */
export function searchStatements(db: Executor) {
  return {
    listProducts: async (criteria: ListCriteria): Promise<ListedProduct[]> => {
      const key = sortKey(criteria);
      const direction = criteria.descending ? desc : asc;
      const rows = await db
        .select({ ...productColumns, key: sql<unknown>`${key}` })
        .from(products)
        .where(and(...conditions(criteria), beyond(criteria, key)))
        .orderBy(direction(key), direction(products.id))
        .limit(criteria.limit);
      return rows.map(({ key: value, ...row }) => ({
        product: toProduct(row),
        sortValue: sortValue(criteria.sort, { ...row, key: value }),
      }));
    },
  };
}

/** Reads that are always the same, prepared once. */
export function searchReads(db: Database) {
  const categories = db
    .select({ name: products.category, productCount: sql<number>`count(*)::int` })
    .from(products)
    .where(and(isNull(products.deletedAt), ne(products.category, '')))
    .groupBy(products.category)
    .orderBy(sql`${products.category} ${collated}`)
    .prepare('products.categories');
  return {
    /** Sorted by name. Products without a category are not counted. */
    listCategories: (): Promise<Category[]> => categories.execute(),
  };
}
