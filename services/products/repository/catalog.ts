import { and, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { skuTaken } from '../domain/errors.ts';
import type { NewProduct, Product, ProductDetails } from '../domain/types.ts';
import { products } from '../schema.ts';
import { productColumns, toProduct } from './columns.ts';

/** Whether Postgres refused a duplicate key. Drizzle wraps the driver's error. */
function isUniqueViolation(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === '23505';
}

function toColumns(details: Partial<ProductDetails>) {
  const { price, ...rest } = details;
  return {
    ...rest,
    ...(price === undefined ? {} : { priceMinor: price.minorUnits, currencyCode: price.currencyCode }),
  };
}

function toRow({ productId, details, onHand }: NewProduct) {
  const { price, ...rest } = details;
  return { ...rest, id: productId, onHand, priceMinor: price.minorUnits, currencyCode: price.currencyCode };
}

const keyedColumns = { ...productColumns, skuKey: products.skuKey, skuTwin: products.skuTwin };

type ProductsByKey = ReadonlyMap<string, readonly Product[]>;

function byKey(
  rows: readonly (Parameters<typeof toProduct>[0] & { readonly skuKey: string | null; readonly skuTwin: number })[],
) {
  const found = new Map<string, Product[]>();
  for (const { skuKey, skuTwin: _, ...row } of rows) {
    const key = skuKey ?? '';
    found.set(key, [...(found.get(key) ?? []), toProduct(row)]);
  }
  return found;
}

/** A product with another key than before is no twin any more. */
function twinAfter(sku: string | undefined) {
  if (sku === undefined) return {};
  const same = sql`${products.skuKey} = products.sku_key(${sku})`;
  return { skuTwin: sql`case when ${same} then ${products.skuTwin} else 0 end` };
}

/** Reads outside of transactions, prepared once. Deleted products are not found. */
export function catalogReads(db: Database) {
  // With a subquery Postgres expects equally many ids in every call, and makes the plan only once.
  const ids = sql`array(select unnest(${sql.placeholder('productIds')}::uuid[]))`;
  const found = db
    .select(productColumns)
    .from(products)
    .where(and(sql`${products.id} = any(${ids})`, isNull(products.deletedAt)))
    .prepare('products.find');
  return {
    findProducts: async (productIds: readonly string[]): Promise<Product[]> => {
      const rows = await found.execute({ productIds });
      return rows.map(toProduct);
    },
  };
}

/** Statements on products. Deleted products are not found. */
export function catalogStatements(db: Executor) {
  const withKeys = (keys: readonly string[]) => and(inArray(products.skuKey, [...keys]), isNull(products.deletedAt));
  const live = (productId: string) => and(eq(products.id, productId), isNull(products.deletedAt));
  return {
    /** SKUs of all live products. */
    listSkus: async (): Promise<ReadonlySet<string>> => {
      const rows = await db.select({ sku: products.sku }).from(products).where(isNull(products.deletedAt));
      return new Set(rows.map((row) => row.sku));
    },

    /** Locks the row until the transaction ends. */
    lockProduct: async (productId: string): Promise<Product | undefined> => {
      const [row] = await db.select(productColumns).from(products).where(live(productId)).for('no key update');
      return row === undefined ? undefined : toProduct(row);
    },

    /** What makes each SKU unique. SKUs that differ only by case, outer spaces and such have the same key. */
    skuKeys: async (skus: readonly string[]): Promise<string[]> => {
      const listed = sql`unnest(${sql.param([...skus])}::text[]) with ordinality as listed (sku, place)`;
      const { rows } = await db.execute<{ key: string }>(
        sql`select products.sku_key(sku) as key from ${listed} order by place`,
      );
      return rows.map(({ key }) => key);
    },

    /** The products with these keys, by key. Products that are older than keys may share one; the oldest comes first. */
    findBySkuKeys: async (keys: readonly string[]): Promise<ProductsByKey> => {
      const rows = await db.select(keyedColumns).from(products).where(withKeys(keys)).orderBy(products.skuTwin);
      return byKey(rows);
    },

    /** Locks the rows until the transaction ends, in the order of their ids (rule S38). */
    lockBySkuKeys: async (keys: readonly string[]): Promise<ProductsByKey> => {
      const rows = await db
        .select(keyedColumns)
        .from(products)
        .where(withKeys(keys))
        .orderBy(products.id)
        .for('no key update');
      return byKey(rows.sort((left, right) => left.skuTwin - right.skuTwin));
    },

    /**
     * Whether a product that is older than keys has the SKU's key beside another one. The unique index does not see it
     * once the other one is gone.
     */
    hasTwin: async (sku: string, exceptId?: string): Promise<boolean> => {
      const key = sql`${products.skuKey} = products.sku_key(${sku})`;
      const other = exceptId === undefined ? undefined : ne(products.id, exceptId);
      const twins = and(key, gt(products.skuTwin, 0), isNull(products.deletedAt), other);
      const found = await db.select({ id: products.id }).from(products).where(twins).limit(1);
      return found.length > 0;
    },

    /**
     * Inserts products in the given order, except those whose SKU another live product has.
     * @returns the inserted ones
     */
    insertProducts: async (created: readonly NewProduct[]): Promise<Product[]> => {
      if (created.length === 0) return [];
      const rows = await db.insert(products).values(created.map(toRow)).onConflictDoNothing().returning(productColumns);
      return rows.map(toProduct);
    },

    /** @returns undefined if another live product has the SKU */
    insertProduct: async (created: NewProduct): Promise<Product | undefined> => {
      const [row] = await db.insert(products).values(toRow(created)).onConflictDoNothing().returning(productColumns);
      return row === undefined ? undefined : toProduct(row);
    },

    /** Writes the given details of a locked product and raises its version by one. @throws SKU_TAKEN */
    updateProduct: async (productId: string, details: Partial<ProductDetails>): Promise<Product | undefined> => {
      const [row] = await db
        .update(products)
        .set({
          ...toColumns(details),
          ...twinAfter(details.sku),
          version: sql`${products.version} + 1`,
          updatedAt: sql`now()`,
        })
        .where(live(productId))
        .returning(productColumns)
        .catch((error: unknown) => {
          throw isUniqueViolation(error) ? skuTaken(details.sku ?? '') : error;
        });
      return row === undefined ? undefined : toProduct(row);
    },

    /** Takes the product out of the catalog. Its reservations stay. */
    markDeleted: async (productId: string): Promise<boolean> => {
      const rows = await db
        .update(products)
        .set({ deletedAt: sql`now()`, version: sql`${products.version} + 1` })
        .where(live(productId))
        .returning({ id: products.id });
      return rows.length > 0;
    },
  };
}
