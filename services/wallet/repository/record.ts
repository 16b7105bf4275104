import { asc, eq } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import type { HoldRecord, LedgerTransaction } from '../domain/types.ts';
import { entries, holds, transactions } from '../schema.ts';
import { ownEntry, toTransaction } from './ledger.ts';

/** The statements that only the explanation of an order needs. */
export function recordStatements(db: Database) {
  return {
    holdOf: async (orderId: string): Promise<HoldRecord | undefined> => {
      const [row] = await db.select().from(holds).where(eq(holds.orderId, orderId));
      if (row === undefined) return undefined;
      const { state, amountMinor, currencyCode, createdAt, expiresAt, endedAt } = row;
      const amount = amountMinor === null ? undefined : { currencyCode: currencyCode ?? '', minorUnits: amountMinor };
      return { state, amount, createdAt, expiresAt: expiresAt ?? undefined, endedAt: endedAt ?? undefined };
    },

    /** Captures and refunds of an order, oldest first. */
    transactionsOf: async (orderId: string): Promise<readonly LedgerTransaction[]> => {
      const rows = await db
        .select({ transaction: transactions, entry: entries })
        .from(transactions)
        .innerJoin(entries, ownEntry)
        .where(eq(transactions.orderId, orderId))
        .orderBy(asc(transactions.sequence));
      return rows.map(toTransaction);
    },

    /** @returns undefined if there is no such transaction, or if it belongs to no order */
    orderOfTransaction: async (transactionId: string): Promise<string | undefined> => {
      const [row] = await db
        .select({ orderId: transactions.orderId })
        .from(transactions)
        .where(eq(transactions.id, transactionId));
      return row?.orderId ?? undefined;
    },
  };
}
