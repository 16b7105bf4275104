import { eq } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import type { ReservationRecord } from '../domain/types.ts';
import { reservations } from '../schema.ts';

/** The statement that only the explanation of an order needs. */
export function recordStatements(db: Database) {
  return {
    /** The reservation of an order without its lines. */
    reservationOf: async (orderId: string): Promise<ReservationRecord | undefined> => {
      const [row] = await db.select().from(reservations).where(eq(reservations.orderId, orderId));
      if (row === undefined) return undefined;
      const { state, createdAt, expiresAt, closedAt, restockedAt, retaken } = row;
      const times = { closedAt: closedAt ?? undefined, restockedAt: restockedAt ?? undefined };
      return { state, createdAt, expiresAt, ...times, retaken };
    },
  };
}
