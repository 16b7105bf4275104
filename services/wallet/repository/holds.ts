import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Money } from '../../../proto/money.ts';
import type { Executor } from '../../../platform/data/db/database.ts';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import { nextDue } from '../../../platform/data/db/next-due.ts';
import type { Hold, HoldState, PlacedHold } from '../domain/types.ts';
import { holds, refunds, wallets } from '../schema.ts';

export interface NewHold {
  readonly orderId: string;
  readonly userId: string;
  readonly amount: Money;
  readonly ttlSeconds: number;
  /** If it is after the expiry, the expiry is stored instead. */
  readonly captureDeadline: Date;
}

export interface LockedHold {
  readonly hold: Hold;
  /** The database's clock, read after the row was locked. */
  readonly now: Date;
}

// Not now(), which is the begin of the transaction: it may have waited for a lock since.
const clock = sql`clock_timestamp()`;
// Statements with it do not wait for locks. An index can be asked for a time that is the same in the whole statement.
const isOverdue = sql`${holds.state} = 'HELD' and ${holds.expiresAt} <= statement_timestamp()`;

export const nextExpiryMs = nextDue(
  'wallet.next_expiry',
  sql`select expires_at from wallet.holds where state = 'HELD' order by expires_at limit 1`,
);

/** Statements on holds and refunds. An order's row is the lock on its key. */
export function holdStatements(db: Executor) {
  return {
    /** @returns undefined, with nothing written, if the order has a hold already or the user has no wallet */
    insertHold: async (hold: NewHold): Promise<PlacedHold | undefined> => {
      const rows = await db
        .insert(holds)
        .select(holdOfWallet(db, hold))
        .onConflictDoNothing({ target: holds.orderId })
        .returning();
      const row = rows[0];
      return row && placed(row);
    },

    /** Inserts a VOIDED row for an order without one. @returns false, with nothing written, if it has one */
    insertTombstone: async (orderId: string): Promise<boolean> => {
      const rows = await db
        .insert(holds)
        .values({ orderId, state: 'VOIDED', endedAt: clock })
        .onConflictDoNothing({ target: holds.orderId })
        .returning({ orderId: holds.orderId });
      return rows.length > 0;
    },

    lockHold: async (orderId: string): Promise<LockedHold | undefined> => {
      // Postgres never merges a locking CTE into the outer query, so the clock is read after the lock is taken.
      const locked = db
        .$with('locked')
        .as(db.select().from(holds).where(eq(holds.orderId, orderId)).for('no key update'));
      const rows = await db
        .with(locked)
        .select({ hold: locked._.selectedFields, now: clock.mapWith(holds.createdAt) })
        .from(locked);
      const row = rows[0];
      return row && { hold: toHold(row.hold), now: row.now };
    },

    /** Locks the hold that is overdue for the longest time and that no other transaction has locked. */
    lockNextOverdueHold: async (): Promise<PlacedHold | undefined> => {
      const rows = await db
        .select()
        .from(holds)
        .where(isOverdue)
        .orderBy(asc(holds.expiresAt))
        .limit(1)
        .for('no key update', { skipLocked: true });
      const row = rows[0];
      return row && placed(row);
    },

    /**
     * Ends overdue holds of a wallet that no other transaction has locked.
     * @returns their amounts, still to be freed
     */
    expireOverdueHoldsOf: async (walletId: string): Promise<bigint[]> => {
      const free = db
        .select({ orderId: holds.orderId })
        .from(holds)
        .where(and(eq(holds.walletId, walletId), isOverdue))
        .for('no key update', { skipLocked: true });
      const ended = await db
        .update(holds)
        .set({ state: 'EXPIRED', endedAt: clock })
        .where(inArray(holds.orderId, free))
        .returning({ amountMinor: holds.amountMinor });
      return ended.map(({ amountMinor }) => amountMinor ?? 0n);
    },

    hasOverdueHolds: async (walletId: string): Promise<boolean> => {
      const rows = await db
        .select({ orderId: holds.orderId })
        .from(holds)
        .where(and(eq(holds.walletId, walletId), isOverdue))
        .limit(1);
      return rows.length > 0;
    },

    /** Ends a HELD hold. Its row must be locked. */
    endHold: async (
      orderId: string,
      state: Exclude<HoldState, 'HELD'>,
      captureTransactionId?: string,
    ): Promise<void> => {
      await db
        .update(holds)
        .set({ state, endedAt: clock, captureTransactionId })
        .where(and(eq(holds.orderId, orderId), onlyFilter(sql`${holds.state} = 'HELD'`)));
    },

    /** Id of the order's REFUND transaction. */
    findRefund: async (orderId: string): Promise<string | undefined> => {
      const [row] = await db
        .select({ transactionId: refunds.transactionId })
        .from(refunds)
        .where(eq(refunds.orderId, orderId));
      return row?.transactionId;
    },

    insertRefund: async (orderId: string, transactionId: string, amountMinor: bigint): Promise<void> => {
      await db.insert(refunds).values({ orderId, transactionId, amountMinor });
    },
  };
}

/** The new row as a query of the user's wallet, so that one statement inserts it, and none without a wallet. */
function holdOfWallet(db: Executor, hold: NewHold) {
  const { amount, ttlSeconds } = hold;
  const expiry = sql<Date>`statement_timestamp() + make_interval(secs => ${ttlSeconds})`;
  const deadline = sql<Date>`least(${hold.captureDeadline.toISOString()}::timestamptz, ${expiry})`;
  return db
    .select({
      orderId: sql<string>`${hold.orderId}::uuid`.as('order_id'),
      state: sql<'HELD'>`'HELD'`.as('state'),
      walletId: wallets.id,
      userId: wallets.userId,
      amountMinor: sql<bigint>`${amount.minorUnits}::bigint`.as('amount_minor'),
      currencyCode: sql<string>`${amount.currencyCode}`.as('currency_code'),
      expiresAt: expiry.as('expires_at'),
      captureDeadline: deadline.as('capture_deadline'),
      captureTransactionId: sql<string | null>`null::uuid`.as('capture_transaction_id'),
      createdAt: sql<Date>`statement_timestamp()`.as('created_at'),
      endedAt: sql<Date | null>`null::timestamptz`.as('ended_at'),
    })
    .from(wallets)
    .where(eq(wallets.userId, hold.userId));
}

type Row = typeof holds.$inferSelect;

function toHold(row: Row): Hold {
  if (row.walletId === null && row.state === 'VOIDED') {
    return { orderId: row.orderId, state: 'VOIDED', walletId: undefined };
  }
  return placed(row);
}

function placed(row: Row): PlacedHold {
  const { orderId, state, walletId, userId, amountMinor, currencyCode, expiresAt, captureDeadline } = row;
  if (walletId === null || userId === null || amountMinor === null || currencyCode === null) throw incomplete(row);
  if (expiresAt === null || captureDeadline === null) throw incomplete(row);
  return {
    orderId,
    state,
    walletId,
    userId,
    amount: { currencyCode, minorUnits: amountMinor },
    expiresAt,
    captureDeadline,
    captureTransactionId: row.captureTransactionId ?? undefined,
  };
}

function incomplete(row: Row): Error {
  return new Error(`the hold of order ${row.orderId} is incomplete, which its CHECK should prevent`);
}
