import { eq, inArray, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Line, StockLevel } from '../domain/types.ts';
import { products, stockMovements, type MovementKind } from '../schema.ts';

/** How the counters of a product change, in multiples of the line's quantity. */
export interface StockMove {
  readonly reserved: -1 | 0 | 1;
  readonly onHand: -1 | 0 | 1;
}

/** Statements on the counters of products and on their movements. */
export function stockStatements(db: Executor) {
  return {
    /**
     * Locks the products until the transaction ends, in the order of their ids, so that transactions do not deadlock
     * (rule S38). Deleted products are included; unknown ids are left out.
     */
    lockStock: async (productIds: readonly string[]): Promise<StockLevel[]> => {
      const rows = await db
        .select({
          productId: products.id,
          onHand: products.onHand,
          reserved: products.reserved,
          priceMinor: products.priceMinor,
          currencyCode: products.currencyCode,
          deletedAt: products.deletedAt,
        })
        .from(products)
        .where(inArray(products.id, [...productIds]))
        .orderBy(products.id)
        .for('no key update');
      return rows.map((row) => ({
        productId: row.productId,
        onHand: row.onHand,
        available: row.onHand - row.reserved,
        price: { currencyCode: row.currencyCode, minorUnits: row.priceMinor },
        deleted: row.deletedAt !== null,
      }));
    },

    /** Applies `move` to each line's product; the rows must be locked. */
    moveStock: async (lines: readonly Line[], move: StockMove): Promise<void> => {
      if (lines.length === 0) return;
      const values = lines.map((line) => sql`(${line.productId}::uuid, ${line.quantity}::int)`);
      await db.execute(sql`
        update ${products} as p
        set reserved = p.reserved + l.quantity * ${move.reserved}::int,
            on_hand = p.on_hand + l.quantity * ${move.onHand}::int
        from (values ${sql.join(values, sql`, `)}) as l (product_id, quantity)
        where p.id = l.product_id`);
    },

    changeOnHand: async (productId: string, delta: number): Promise<void> => {
      await db
        .update(products)
        .set({ onHand: sql`${products.onHand} + ${delta}::int` })
        .where(eq(products.id, productId));
    },

    insertMovements: async (movements: readonly Movement[]): Promise<void> => {
      if (movements.length > 0) await db.insert(stockMovements).values([...movements]);
    },
  };
}

export interface Movement {
  readonly productId: string;
  readonly kind: MovementKind;
  /** Pieces in (positive) or out (negative). */
  readonly delta: number;
  readonly orderId?: string;
  readonly requestId?: string;
  readonly note?: string;
}
