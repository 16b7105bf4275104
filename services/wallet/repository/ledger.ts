import { and, eq, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Entry, LedgerTransaction, TransactionType } from '../domain/types.ts';
import { entries, transactions } from '../schema.ts';

export interface NewTransaction {
  readonly transactionId: string;
  readonly type: TransactionType;
  readonly walletId: string;
  readonly orderId: string | undefined;
  readonly requestId: string | undefined;
}

/** Statements on the ledger. Its rows are inserted and never changed. */
export function ledgerStatements(db: Executor) {
  return {
    /** The transaction of an administrator's credit or debit. */
    findAdjustment: async (adjustmentId: string): Promise<LedgerTransaction | undefined> => {
      const [found] = await db
        .select({ transaction: transactions, entry: entries })
        .from(transactions)
        .innerJoin(entries, ownEntry)
        // Written out, not as parameters, so that the index of adjustments fits every plan.
        .where(and(eq(transactions.requestId, adjustmentId), sql`${transactions.type} in ('CREDIT', 'DEBIT')`));
      return found && toTransaction(found);
    },

    /**
     * Inserts a transaction with its entries. The wallet must be locked, so that sequences give the order of movements.
     */
    insertTransaction: async (
      transaction: NewTransaction,
      newEntries: readonly Entry[],
    ): Promise<{ transactionId: string; sequence: bigint; createdAt: Date }> => {
      const { transactionId, ...values } = transaction;
      const inserted = db.$with('inserted').as(
        db
          .insert(transactions)
          .values({ id: transactionId, ...values, createdAt: sql`clock_timestamp()` })
          .returning({ sequence: transactions.sequence, createdAt: transactions.createdAt }),
      );
      const booked = db.$with('booked').as(
        db
          .insert(entries)
          .values(newEntries.map((entry, index) => toRow(transactionId, entry, index)))
          .returning({ line: entries.line }),
      );
      const [row] = await db.with(inserted, booked).select().from(inserted);
      if (row === undefined) throw new Error('the transaction was not inserted');
      return { transactionId, ...row };
    },
  };
}

/** A transaction's entry of its wallet. */
export const ownEntry = and(
  eq(entries.transactionId, transactions.id),
  eq(entries.account, sql`'wallet:' || ${transactions.walletId}`),
);

export interface LedgerRow {
  readonly transaction: typeof transactions.$inferSelect;
  readonly entry: typeof entries.$inferSelect;
}

export function toTransaction({ transaction, entry }: LedgerRow): LedgerTransaction {
  return {
    transactionId: transaction.id,
    sequence: transaction.sequence,
    type: transaction.type,
    amount: { currencyCode: entry.currencyCode, minorUnits: entry.amountMinor },
    balanceAfterMinor: entry.balanceAfterMinor ?? 0n,
    orderId: transaction.orderId ?? undefined,
    createdAt: transaction.createdAt,
  };
}

function toRow(transactionId: string, { account, amount, balanceAfterMinor }: Entry, index: number) {
  return {
    transactionId,
    line: index + 1,
    account,
    amountMinor: amount.minorUnits,
    currencyCode: amount.currencyCode,
    balanceAfterMinor: balanceAfterMinor ?? null,
  };
}
