import { sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Entry, TransactionType } from '../domain/types.ts';
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
