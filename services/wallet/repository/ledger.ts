import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Entry, TransactionType, LedgerTransaction } from '../domain/types.ts';
import { entries, transactions } from '../schema.ts';

export interface NewTransaction {
  readonly transactionId: string;
  readonly type: TransactionType;
  readonly walletId: string;
  readonly orderId: string | undefined;
  readonly requestId: string | undefined;
}

export interface TransactionFilter {
  readonly type: TransactionType | undefined;
  readonly orderId: string | undefined;
  /** Only transactions with a lower sequence. */
  readonly before: bigint | undefined;
  readonly limit: number;
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

    /** Transactions of one wallet, newest first. */
    listTransactions: async (walletId: string, filter: TransactionFilter): Promise<LedgerTransaction[]> => {
      const { type, orderId, before, limit } = filter;
      const rows = await db
        .select({ transaction: transactions, entry: entries })
        .from(transactions)
        .innerJoin(
          entries,
          and(
            eq(entries.transactionId, transactions.id),
            eq(entries.account, sql`'wallet:' || ${transactions.walletId}`),
          ),
        )
        .where(
          and(
            eq(transactions.walletId, walletId),
            type && eq(transactions.type, type),
            orderId === undefined ? undefined : eq(transactions.orderId, orderId),
            before === undefined ? undefined : lt(transactions.sequence, before),
          ),
        )
        .orderBy(desc(transactions.sequence))
        .limit(limit);
      return rows.map(({ transaction, entry }) => ({
        transactionId: transaction.id,
        sequence: transaction.sequence,
        type: transaction.type,
        amount: { currencyCode: entry.currencyCode, minorUnits: entry.amountMinor },
        balanceAfterMinor: entry.balanceAfterMinor ?? 0n,
        orderId: transaction.orderId ?? undefined,
        createdAt: transaction.createdAt,
      }));
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
