import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import type { LedgerTransaction, TransactionType, Wallet } from '../domain/types.ts';
import { entries, transactions, transactionTypes, wallets } from '../schema.ts';
import { ownEntry, toTransaction } from './ledger.ts';
import { walletColumns } from './wallets.ts';

export interface TransactionFilter {
  readonly type: TransactionType | undefined;
  readonly orderId: string | undefined;
  /** Only transactions with a lower sequence. */
  readonly before: bigint | undefined;
  readonly limit: number;
}

const given = sql.placeholder;
const pastTheLast = 2n ** 63n - 1n;

/** The statements that read outside of transactions, prepared. */
export function readStatements(db: Database) {
  const walletOf = db
    .select(walletColumns)
    .from(wallets)
    .where(eq(wallets.userId, given('userId')))
    .prepare('wallet.find_of_user');
  const isOfFilter = and(
    eq(transactions.walletId, given('walletId')),
    sql`${transactions.type} = any(${given('types')}::text[])`,
    sql`${transactions.sequence} < ${given('before')}::bigint`,
  );
  const newest = db
    .select({ transaction: transactions, entry: entries })
    .from(transactions)
    .innerJoin(entries, ownEntry)
    .where(isOfFilter)
    .orderBy(desc(transactions.sequence))
    .limit(given('limit'))
    .prepare('wallet.transactions');
  // A statement of its own, because it is found by another index.
  const newestOfOrder = db
    .select({ transaction: transactions, entry: entries })
    .from(transactions)
    .innerJoin(entries, ownEntry)
    .where(and(isOfFilter, eq(transactions.orderId, given('orderId'))))
    .orderBy(desc(transactions.sequence))
    .limit(given('limit'))
    .prepare('wallet.transactions_of_order');

  return {
    findWalletOf: async (userId: string): Promise<Wallet | undefined> => {
      const [row] = await walletOf.execute({ userId });
      return row;
    },

    /** Transactions of one wallet, newest first. */
    listTransactions: async (walletId: string, filter: TransactionFilter): Promise<LedgerTransaction[]> => {
      const { type, orderId, before = pastTheLast, limit } = filter;
      const values = { walletId, types: type === undefined ? transactionTypes : [type], before, limit };
      const rows = await (orderId === undefined
        ? newest.execute(values)
        : newestOfOrder.execute({ ...values, orderId }));
      return rows.map(toTransaction);
    },
  };
}
