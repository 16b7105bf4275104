import { sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { statement, unlessRefusedByCheck, type Given } from '../../../platform/data/db/statement.ts';
import type { Money } from '../../../proto/money.ts';
import type { PlacedHold } from '../domain/types.ts';
import type { NewHold } from './holds.ts';

/**
 * The steps of an order, each as one statement that has its effect only if everything is plain: the order's key is new
 * or in the expected state, and nothing is short or late. Otherwise it writes nothing and answers `undefined`. The verb
 * then goes the careful way, which finds out what is the matter.
 */
export function plainSteps(db: Database) {
  return {
    hold: async ({
      orderId,
      userId,
      amount,
      ttlSeconds,
      captureDeadline,
    }: NewHold): Promise<PlacedHold | undefined> => {
      const { currencyCode, minorUnits } = amount;
      const input = { orderId, userId, currencyCode, minorUnits, ttlSeconds, captureDeadline };
      const [held] = (await unlessRefusedByCheck(holdFunds(db, input))) ?? [];
      return held && { ...held, orderId, state: 'HELD', userId, amount, captureTransactionId: undefined };
    },

    /** @param transactionId the UUID of the new ledger transaction */
    capture: async (orderId: string, transactionId: string): Promise<Money | undefined> => {
      const [captured] = await captureHold(db, { orderId, transactionId });
      return captured;
    },
  };
}

export type PlainSteps = ReturnType<typeof plainSteps>;

interface HoldValues {
  readonly orderId: string;
  readonly userId: string;
  readonly currencyCode: string;
  readonly minorUnits: bigint;
  readonly ttlSeconds: number;
  readonly captureDeadline: Date;
}

// The hold's row is locked before the wallet's (rule S38). What is available is looked at before the lock. If another
// transaction takes it meanwhile, the CHECK that `held_minor` is at most `balance_minor` refuses the whole statement.
const holdFunds = statement(
  'wallet.hold',
  (given: Given<HoldValues>) => sql`
    with held as (
      insert into wallet.holds (order_id, state, wallet_id, user_id, amount_minor, currency_code, expires_at,
        capture_deadline, created_at)
      select ${given.orderId}::uuid, 'HELD', id, user_id, ${given.minorUnits}::bigint, currency_code, expiry,
        least(${given.captureDeadline}::timestamptz, expiry), statement_timestamp()
      from wallet.wallets, make_interval(secs => ${given.ttlSeconds}) as ttl,
        lateral (select statement_timestamp() + ttl as expiry) as times
      where user_id = ${given.userId}::uuid and currency_code = ${given.currencyCode}
        and balance_minor - held_minor >= ${given.minorUnits}::bigint
      on conflict (order_id) do nothing
      returning wallet_id, amount_minor, expires_at, capture_deadline
    ), moved as (
      update wallet.wallets as wallet set held_minor = wallet.held_minor + held.amount_minor
      from held where wallet.id = held.wallet_id
    )
    select wallet_id, expires_at, capture_deadline from held`,
  (row: { wallet_id: string; expires_at: Date; capture_deadline: Date }) => ({
    walletId: row.wallet_id,
    expiresAt: row.expires_at,
    captureDeadline: row.capture_deadline,
  }),
);

// The clock is read after the hold's row is locked: Postgres never merges a locking CTE into the outer query. The
// sequence of the ledger is taken after the wallet's row is locked, because `booked` needs what `moved` returns. The
// entries are those of `book` in domain/ledger.ts.
const captureHold = statement(
  'wallet.capture',
  (given: Given<{ orderId: string; transactionId: string }>) => sql`
    with locked as (
      select order_id, state, wallet_id, amount_minor, currency_code, capture_deadline
      from wallet.holds where order_id = ${given.orderId}::uuid for no key update
    ), plain as (
      select * from locked where state = 'HELD' and clock_timestamp() <= capture_deadline
    ), moved as (
      update wallet.wallets as wallet
      set balance_minor = wallet.balance_minor - plain.amount_minor, held_minor = wallet.held_minor - plain.amount_minor
      from plain where wallet.id = plain.wallet_id
      returning wallet.id as wallet_id, wallet.balance_minor, plain.order_id, plain.amount_minor, plain.currency_code
    ), booked as (
      insert into wallet.transactions (id, type, wallet_id, order_id, created_at)
      select ${given.transactionId}::uuid, 'CAPTURE', wallet_id, order_id, clock_timestamp() from moved
      returning id
    ), entered as (
      insert into wallet.entries (transaction_id, line, account, amount_minor, currency_code, balance_after_minor)
      select booked.id, entry.line, entry.account, entry.amount_minor, moved.currency_code, entry.balance_after_minor
      from booked, moved, lateral (values
        (1, 'wallet:' || moved.wallet_id, - moved.amount_minor, moved.balance_minor),
        (2, 'system:sales:' || moved.currency_code, moved.amount_minor, null)
      ) as entry (line, account, amount_minor, balance_after_minor)
    ), ended as (
      update wallet.holds as hold
      set state = 'CAPTURED', ended_at = clock_timestamp(), capture_transaction_id = booked.id
      from booked where hold.order_id = ${given.orderId}::uuid
    )
    select amount_minor, currency_code from moved`,
  (row: { amount_minor: string; currency_code: string }) => ({
    currencyCode: row.currency_code,
    minorUnits: BigInt(row.amount_minor),
  }),
);
