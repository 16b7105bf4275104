import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { requestsTable } from '../../platform/data/db/once.ts';

export const walletSchema = pgSchema('wallet');

export const transactionTypes = ['TOP_UP', 'CAPTURE', 'REFUND', 'CREDIT', 'DEBIT'] as const;

const minorUnits = (name: string) => bigint(name, { mode: 'bigint' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * What a user has. `balance_minor` and `held_minor` repeat what entries and holds say, so that one row can be locked.
 */
export const wallets = walletSchema.table(
  'wallets',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull().unique(),
    currencyCode: text('currency_code').notNull(),
    balanceMinor: minorUnits('balance_minor')
      .notNull()
      .default(sql`0`),
    heldMinor: minorUnits('held_minor')
      .notNull()
      .default(sql`0`),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('wallets_held_within_balance', sql`0 <= ${table.heldMinor} and ${table.heldMinor} <= ${table.balanceMinor}`),
    check('wallets_currency_code', sql`${table.currencyCode} ~ '^[A-Z]{3}$'`),
  ],
);

/** The ledger. `sequence` is taken under the wallet's lock, so it gives the order of a wallet's movements. */
export const transactions = walletSchema.table(
  'transactions',
  {
    id: uuid('id').primaryKey(),
    sequence: bigint('sequence', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
    type: text('type', { enum: transactionTypes }).notNull(),
    walletId: uuid('wallet_id')
      .notNull()
      .references(() => wallets.id),
    orderId: uuid('order_id'),
    requestId: uuid('request_id'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('transactions_of_wallet').on(table.walletId, table.sequence),
    uniqueIndex('transactions_once_per_order')
      .on(table.orderId, table.type)
      .where(sql`order_id is not null`),
    uniqueIndex('transactions_once_per_adjustment')
      .on(table.requestId)
      .where(sql`type in ('CREDIT', 'DEBIT')`),
    check('transactions_type', sql`${table.type} in ('TOP_UP', 'CAPTURE', 'REFUND', 'CREDIT', 'DEBIT')`),
    check('transactions_of_order', sql`(${table.type} in ('CAPTURE', 'REFUND')) = (${table.orderId} is not null)`),
    check(
      'transactions_of_adjustment',
      sql`${table.type} not in ('CREDIT', 'DEBIT') or ${table.requestId} is not null`,
    ),
  ],
);

/**
 * Two or more for each transaction, which sum to zero. A trigger checks that at commit; another one forbids changes.
 */
export const entries = walletSchema.table(
  'entries',
  {
    transactionId: uuid('transaction_id')
      .notNull()
      .references(() => transactions.id),
    line: smallint('line').notNull(),
    account: text('account').notNull(),
    amountMinor: minorUnits('amount_minor').notNull(),
    currencyCode: text('currency_code').notNull(),
    balanceAfterMinor: minorUnits('balance_after_minor'),
  },
  (table) => [
    primaryKey({ columns: [table.transactionId, table.line] }),
    check('entries_amount_not_zero', sql`${table.amountMinor} <> 0`),
    check(
      'entries_balance_of_wallets',
      sql`(${table.account} like 'wallet:%') = (${table.balanceAfterMinor} is not null)`,
    ),
  ],
);

/** Money set aside for an order. A row without a wallet is a tombstone: the void came before the hold (rule S6). */
export const holds = walletSchema.table(
  'holds',
  {
    orderId: uuid('order_id').primaryKey(),
    state: text('state', { enum: ['HELD', 'CAPTURED', 'VOIDED', 'EXPIRED'] }).notNull(),
    walletId: uuid('wallet_id').references(() => wallets.id),
    userId: uuid('user_id'),
    amountMinor: minorUnits('amount_minor'),
    currencyCode: text('currency_code'),
    expiresAt: moment('expires_at'),
    captureDeadline: moment('capture_deadline'),
    captureTransactionId: uuid('capture_transaction_id')
      .unique()
      .references(() => transactions.id),
    createdAt: moment('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('holds_by_expiry')
      .on(table.expiresAt)
      .where(sql`state = 'HELD'`),
    index('holds_open_of_wallet')
      .on(table.walletId)
      .where(sql`state = 'HELD'`),
    check('holds_state', sql`${table.state} in ('HELD', 'CAPTURED', 'VOIDED', 'EXPIRED')`),
    check(
      'holds_complete_or_tombstone',
      sql`num_nulls(${table.walletId}, ${table.userId}, ${table.amountMinor}, ${table.currencyCode}, ${table.expiresAt}, ${table.captureDeadline}) in (0, case ${table.state} when 'VOIDED' then 6 else 0 end)`,
    ),
    check('holds_amount_positive', sql`${table.amountMinor} > 0`),
    check('holds_deadline_before_expiry', sql`${table.captureDeadline} <= ${table.expiresAt}`),
    check(
      'holds_captured_by_transaction',
      sql`(${table.state} = 'CAPTURED') = (${table.captureTransactionId} is not null)`,
    ),
    check('holds_ended', sql`(${table.state} = 'HELD') = (${table.endedAt} is null)`),
  ],
);

/** Refunds: captured money that was given back, once for each order and in full. */
export const refunds = walletSchema.table('refunds', {
  orderId: uuid('order_id')
    .primaryKey()
    .references(() => holds.orderId),
  transactionId: uuid('transaction_id')
    .notNull()
    .unique()
    .references(() => transactions.id),
  amountMinor: minorUnits('amount_minor').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const requests = requestsTable(walletSchema);
