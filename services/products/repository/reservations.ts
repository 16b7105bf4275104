import { eq, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import { nextDue } from '../../../platform/data/db/next-due.ts';
import type { Line, Reservation, ReservationState } from '../domain/types.ts';
import { reservationLines, reservations } from '../schema.ts';

export interface ReservationChange {
  readonly state?: ReservationState;
  readonly retaken?: boolean;
  readonly refusal?: Readonly<Record<string, string>>;
}

export const nextExpiryMs = nextDue(
  'products.next_expiry',
  sql`select expires_at from products.reservations where state = 'ACTIVE' order by expires_at limit 1`,
);

/** Statements on reservations. A reservation's row is always locked before its products (rule S38). */
export function reservationStatements(db: Executor) {
  return {
    /**
     * Inserts the order's row, if it has none. It waits for a transaction that is inserting the same row.
     * @param ttlSeconds until an ACTIVE row expires, by the database's clock; of no meaning for a tombstone
     * @returns when the new row expires; undefined if the order has a row already
     */
    claimReservation: async (
      orderId: string,
      state: ReservationState,
      ttlSeconds: number,
    ): Promise<Date | undefined> => {
      const [row] = await db
        .insert(reservations)
        .values({
          orderId,
          state,
          expiresAt: sql`clock_timestamp() + make_interval(secs => ${ttlSeconds}::int)`,
          closedAt: state === 'ACTIVE' ? null : sql`now()`,
        })
        .onConflictDoNothing()
        .returning({ expiresAt: reservations.expiresAt });
      return row?.expiresAt;
    },

    lockReservation: async (orderId: string): Promise<Reservation | undefined> => {
      // Postgres never merges a locking CTE into the outer query, so the clock is read after the lock is taken.
      const locked = db
        .$with('locked')
        .as(db.select().from(reservations).where(eq(reservations.orderId, orderId)).for('update'));
      const [row] = await db
        .with(locked)
        .select({ ...locked._.selectedFields, overdue: sql<boolean>`${locked.expiresAt} <= clock_timestamp()` })
        .from(locked);
      if (row === undefined) return undefined;
      const { state, expiresAt, overdue, retaken, refusal, restockedAt } = row;
      const restocked = restockedAt !== null;
      return { orderId, state, expireTime: expiresAt, overdue, retaken, refusal: refusal ?? undefined, restocked };
    },

    /** The order's lines, sorted by product id. */
    reservationLines: (orderId: string): Promise<Line[]> =>
      db
        .select({ productId: reservationLines.productId, quantity: reservationLines.quantity })
        .from(reservationLines)
        .where(eq(reservationLines.orderId, orderId))
        .orderBy(reservationLines.productId),

    insertReservationLines: async (orderId: string, lines: readonly Line[]): Promise<void> => {
      await db.insert(reservationLines).values(lines.map((line) => ({ ...line, orderId })));
    },

    changeReservation: async (orderId: string, change: ReservationChange): Promise<void> => {
      await db
        .update(reservations)
        .set({ ...change, closedAt: sql`now()` })
        .where(eq(reservations.orderId, orderId));
    },

    markRestocked: async (orderId: string): Promise<void> => {
      await db
        .update(reservations)
        .set({ restockedAt: sql`now()` })
        .where(eq(reservations.orderId, orderId));
    },

    /** Locks up to `limit` overdue reservations that no other transaction has locked, the longest overdue first. */
    lockOverdue: async (limit: number): Promise<string[]> => {
      const rows = await db
        .select({ orderId: reservations.orderId })
        .from(reservations)
        .where(sql`${reservations.state} = 'ACTIVE' and ${reservations.expiresAt} <= now()`)
        .orderBy(reservations.expiresAt)
        .limit(limit)
        .for('update', { skipLocked: true });
      return rows.map((row) => row.orderId);
    },

    /** All lines of these orders. */
    linesOf: async (orderIds: readonly string[]): Promise<Line[]> =>
      db
        .select({ productId: reservationLines.productId, quantity: reservationLines.quantity })
        .from(reservationLines)
        .where(sql`${reservationLines.orderId} in ${[...orderIds]}`),
  };
}
