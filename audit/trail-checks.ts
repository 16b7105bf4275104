import type { Book, Books, Row } from './book.ts';
import { Tally, type Finding } from './finding.ts';

/** A credit or a debit, as the audit trail or the ledger has it. */
interface Adjustment extends Row {
  /** UUID of the entry in the trail, which is the key of the movement in the ledger. */
  readonly entry_id: string;
  readonly type: 'CREDIT' | 'DEBIT';
  readonly user_id: string;
  /** Above zero. */
  readonly amount_minor: string;
  readonly currency_code: string;
}

/**
 * Checks that what administrators changed is what their audit trail says. What ended or was booked less than
 * `settledSeconds` ago is ignored.
 */
export async function trailChecks(books: Books, settledSeconds: number): Promise<Finding[]> {
  return [
    await unbookedChanges(books, settledSeconds),
    await unexplainedMovements(books, settledSeconds),
    await missingRefunds(books, settledSeconds),
  ];
}

async function unbookedChanges({ backoffice, wallet }: Books, settledSeconds: number): Promise<Finding> {
  const tally = new Tally(
    'trail_credit_has_movement',
    'every credit and debit of the audit trail that is done is in the ledger, with the same wallet and amount',
  );
  const done = backoffice.batches<Adjustment>(
    `${changes} and outcome = 'DONE' and ended_at <= now() - make_interval(secs => $1)`,
    [settledSeconds],
  );
  for await (const batch of done) tally.add(...(await withoutSame(batch, wallet, `${movements} and t.request_id`)));
  return tally.finding();
}

async function unexplainedMovements({ backoffice, wallet }: Books, settledSeconds: number): Promise<Finding> {
  const tally = new Tally(
    'movement_has_trail_entry',
    'every credit and debit in the ledger is in the audit trail, with the same wallet and amount, and was not refused',
  );
  const booked = wallet.batches<Adjustment>(`${movements} and t.created_at <= now() - make_interval(secs => $1)`, [
    settledSeconds,
  ]);
  // An entry that is still open may have its movement already: the process died before it wrote the outcome.
  const entries = `${changes} and outcome <> 'REFUSED' and id`;
  for await (const batch of booked) tally.add(...(await withoutSame(batch, backoffice, entries)));
  return tally.finding();
}

async function missingRefunds({ backoffice, orders }: Books, settledSeconds: number): Promise<Finding> {
  const tally = new Tally(
    'trail_refund_has_refunded_order',
    'every refund of the audit trail that is done has an order that was completed and is cancelled',
  );
  const done = backoffice.batches<{ entry_id: string; order_id: string }>(
    `select id as entry_id, order_id from backoffice.audit_trail
     where action = 'order.refund' and outcome = 'DONE' and ended_at <= now() - make_interval(secs => $1)`,
    [settledSeconds],
  );
  for await (const batch of done) {
    const rows = await orders.rows<{ id: string }>(
      `select id from orders.orders where id = any($1) and status = 'CANCELLED' and completed_at is not null`,
      [batch.map((entry) => entry.order_id)],
    );
    const refunded = new Set(rows.map(({ id }) => id));
    tally.add(...batch.filter((entry) => !refunded.has(entry.order_id)));
  }
  return tally.finding();
}

const changes = `
  select id as entry_id, case action when 'wallet.credit' then 'CREDIT' else 'DEBIT' end as type, user_id,
    amount_minor::text, currency_code
  from backoffice.audit_trail where action in ('wallet.credit', 'wallet.debit')`;

const movements = `
  select t.request_id as entry_id, t.type, w.user_id, abs(e.amount_minor)::text as amount_minor, e.currency_code
  from wallet.transactions t
  join wallet.wallets w on w.id = t.wallet_id
  join wallet.entries e on e.transaction_id = t.id and e.account = 'wallet:' || t.wallet_id
    and sign(e.amount_minor) = case t.type when 'CREDIT' then 1 else -1 end
  where t.type in ('CREDIT', 'DEBIT')`;

/**
 * Those of `batch` that the other book does not have in the same way.
 * @param query begins a statement that finds them in the other book; it ends with their key
 */
async function withoutSame(batch: readonly Adjustment[], other: Book, query: string): Promise<Adjustment[]> {
  const rows = await other.rows<Adjustment>(`${query} = any($1)`, [batch.map((one) => one.entry_id)]);
  const found = new Map(rows.map((row) => [row.entry_id, textOf(row)]));
  return batch.filter((one) => found.get(one.entry_id) !== textOf(one));
}

function textOf({ type, user_id, amount_minor, currency_code }: Adjustment): string {
  return [type, user_id, amount_minor, currency_code].join(' ');
}
