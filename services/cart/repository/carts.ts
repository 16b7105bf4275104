import { and, asc, eq, inArray, sql, type Placeholder } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import type { CartChange, CartLine, StoredCart } from '../domain/types.ts';
import { cartItems, carts, claims } from '../schema.ts';

// Written as in the partial index, so that every query plan can use it.
const isLive = sql`${claims.state} = 'CLAIMED'`;

/** Version, lines and live claim, read by one statement. */
function selectCart(db: Executor, userId: string | Placeholder) {
  return db
    .select({ version: carts.version, claimedBy: claims.orderId, item: cartItems })
    .from(carts)
    .leftJoin(claims, and(eq(claims.userId, carts.userId), isLive))
    .leftJoin(cartItems, eq(cartItems.userId, carts.userId))
    .where(eq(carts.userId, userId))
    .orderBy(asc(cartItems.position));
}

function toCart(rows: Awaited<ReturnType<typeof selectCart>>): StoredCart {
  const lines = rows.flatMap(({ item }) => (item === null ? [] : [toLine(item)]));
  return { version: rows[0]?.version ?? 0n, lines, claimedBy: rows[0]?.claimedBy ?? undefined };
}

/** Reads outside of transactions, prepared once. */
export function cartReads(db: Database) {
  const selected = selectCart(db, sql.placeholder('userId')).prepare('cart.find');
  return { findCart: async (userId: string): Promise<StoredCart> => toCart(await selected.execute({ userId })) };
}

/** Statements on carts and their lines. */
export function cartStatements(db: Executor) {
  const findCart = async (userId: string): Promise<StoredCart> => toCart(await selectCart(db, userId));

  const lock = async (userId: string): Promise<boolean> => {
    const rows = await db
      .select({ userId: carts.userId })
      .from(carts)
      .where(eq(carts.userId, userId))
      .for('no key update');
    return rows.length > 0;
  };

  return {
    findCart,

    /** Locks the user's cart, and makes it first if there is none. */
    lockCart: async (userId: string): Promise<StoredCart> => {
      if (!(await lock(userId))) {
        await db.insert(carts).values({ userId }).onConflictDoNothing();
        await lock(userId);
      }
      // A new statement sees everything that the former holder of the lock has committed.
      return findCart(userId);
    },

    /** Writes a change to a locked cart, with the next version. @returns the cart after it */
    changeLines: async (userId: string, cart: StoredCart, change: CartChange): Promise<StoredCart> => {
      const { put = [], remove = [] } = change;
      const version = cart.version + 1n;
      await db
        .update(carts)
        .set({ version, updatedAt: sql`now()` })
        .where(eq(carts.userId, userId));
      if (remove.length > 0) {
        await db.delete(cartItems).where(and(eq(cartItems.userId, userId), inArray(cartItems.productId, [...remove])));
      }
      if (put.length > 0) await upsert(put.map((line) => toRow(userId, line)));
      return { version, lines: applyChange(cart.lines, change), claimedBy: cart.claimedBy };
    },
  };

  async function upsert(rows: readonly (typeof cartItems.$inferInsert)[]): Promise<void> {
    await db
      .insert(cartItems)
      .values([...rows])
      .onConflictDoUpdate({
        target: [cartItems.userId, cartItems.productId],
        set: {
          quantity: sql`excluded.quantity`,
          name: sql`excluded.name`,
          unitPriceMinor: sql`excluded.unit_price_minor`,
          currencyCode: sql`excluded.currency_code`,
        },
      });
  }
}

/** The lines after a change, in the order in which the database would list them. */
export function applyChange(lines: readonly CartLine[], { put = [], remove = [] }: CartChange): CartLine[] {
  const changed = new Map(lines.map((line) => [line.productId, line]));
  for (const productId of remove) changed.delete(productId);
  for (const line of put) changed.set(line.productId, line);
  return [...changed.values()];
}

function toLine(row: typeof cartItems.$inferSelect): CartLine {
  return {
    productId: row.productId,
    quantity: row.quantity,
    name: row.name,
    unitPrice: { currencyCode: row.currencyCode, minorUnits: row.unitPriceMinor },
    position: row.position,
  };
}

function toRow(userId: string, line: CartLine): typeof cartItems.$inferInsert {
  return {
    userId,
    productId: line.productId,
    quantity: line.quantity,
    name: line.name,
    unitPriceMinor: line.unitPrice.minorUnits,
    currencyCode: line.unitPrice.currencyCode,
    position: line.position,
  };
}
