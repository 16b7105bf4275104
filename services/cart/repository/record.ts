import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import type { ClaimRecord, Receipt } from '../domain/types.ts';
import { claims, inbox } from '../schema.ts';

/** The statements that only the explanation of an order needs. */
export function recordStatements(db: Database, consumer: string) {
  return {
    claimOf: async (orderId: string): Promise<ClaimRecord | undefined> => {
      const [row] = await db.select().from(claims).where(eq(claims.orderId, orderId));
      if (row === undefined) return undefined;
      const { state, cartVersion, createdAt, expiresAt, endedAt } = row;
      const times = { createdAt, expiresAt: expiresAt ?? undefined, endedAt: endedAt ?? undefined };
      return { state, cartVersion: cartVersion ?? undefined, ...times };
    },

    /** Those of these events that this service has taken in, oldest first. */
    receiptsOf: async (eventIds: readonly string[]): Promise<readonly Receipt[]> =>
      db
        .select({ eventId: inbox.eventId, consumer: inbox.consumer, receivedAt: inbox.receivedAt })
        .from(inbox)
        .where(sql`${inbox.consumer} = ${consumer} and ${inbox.eventId} = any(${sql.param([...eventIds])}::uuid[])`)
        .orderBy(asc(inbox.receivedAt)),
  };
}
