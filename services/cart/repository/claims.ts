import { and, eq, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import type { Claim, Quantity } from '../domain/types.ts';
import { claimLines, claims } from '../schema.ts';

export interface NewClaim {
  readonly orderId: string;
  readonly userId: string;
  readonly cartVersion: bigint;
  readonly ttlSeconds: number;
}

export interface EndedClaim {
  readonly orderId: string;
  readonly state: 'CONSUMED' | 'RELEASED';
  readonly userId?: string;
}

const isOverdue = sql`state = 'CLAIMED' and expires_at < now()`;

/** Statements on claims. A claim's row is always locked before the cart's (rule S38). */
export function claimStatements(db: Executor) {
  return {
    /** @returns false, with nothing written, if the order has a claim or another order claims the user's cart */
    insertClaim: async ({ orderId, userId, cartVersion, ttlSeconds }: NewClaim): Promise<boolean> => {
      const expiresAt = sql`now() + make_interval(secs => ${ttlSeconds})`;
      // Without a target it covers both unique keys: one claim for each order, one live claim for each user.
      const rows = await db
        .insert(claims)
        .values({ orderId, state: 'CLAIMED', userId, cartVersion, expiresAt })
        .onConflictDoNothing()
        .returning({ orderId: claims.orderId });
      return rows.length > 0;
    },

    /** Writes an ended claim for an order that has none. @returns false, with nothing written, if the order has one */
    insertEndedClaim: async (claim: EndedClaim): Promise<boolean> => {
      const rows = await db
        .insert(claims)
        .values({ ...claim, endedAt: sql`now()` })
        .onConflictDoNothing({ target: claims.orderId })
        .returning({ orderId: claims.orderId });
      return rows.length > 0;
    },

    lockClaim: async (orderId: string): Promise<Claim | undefined> => {
      const [row] = await db.select().from(claims).where(eq(claims.orderId, orderId)).for('no key update');
      if (row === undefined) return undefined;
      const { state, userId, cartVersion } = row;
      return { orderId, state, userId: userId ?? undefined, cartVersion: cartVersion ?? undefined };
    },

    /** Ends a live claim, whose row is locked. */
    endClaim: async (orderId: string, state: 'CONSUMED' | 'RELEASED'): Promise<void> => {
      await db
        .update(claims)
        .set({ state, endedAt: sql`now()` })
        .where(and(eq(claims.orderId, orderId), onlyFilter(sql`${claims.state} = 'CLAIMED'`)));
    },

    insertClaimLines: async (orderId: string, lines: readonly Quantity[]): Promise<void> => {
      if (lines.length === 0) return;
      await db.insert(claimLines).values(lines.map(({ productId, quantity }) => ({ orderId, productId, quantity })));
    },

    listClaimLines: async (orderId: string): Promise<Quantity[]> =>
      db
        .select({ productId: claimLines.productId, quantity: claimLines.quantity })
        .from(claimLines)
        .where(eq(claimLines.orderId, orderId)),

    /** Live claims whose expiry has passed. */
    countOverdueClaims: async (): Promise<number> => db.$count(claims, isOverdue),
  };
}
