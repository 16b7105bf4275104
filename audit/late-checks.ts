import type { Books } from './book.ts';
import { Tally, type Finding } from './finding.ts';
import { holdsOf } from './order-facts.ts';

/** After the pivot a step is retried without limit (rule S15). After this time an operator should know of it. */
export const lateAfterSeconds = 300;
const unstartedAfterSeconds = 60;

/** Finds what takes longer than it should, although no invariant is broken. */
export async function lateChecks(books: Books): Promise<Finding[]> {
  return [...(await lateCheckouts(books)), await lateStarts(books), await lateRefunds(books), await lateChanges(books)];
}

async function lateCheckouts({ orders, wallet }: Books): Promise<Finding[]> {
  const forward = new Tally(
    'forward_step_late',
    `no step after the capture waits longer than ${lateAfterSeconds} s`,
    'late',
  );
  const other = new Tally('checkout_late', `no checkout takes longer than ${lateAfterSeconds} s`, 'late');
  const waiting = orders.batches<{ id: string; age_seconds: number }>(
    `select id, extract(epoch from now() - create_time)::float8 as age_seconds from orders.orders
     where status = 'PENDING' and started_at is not null and create_time < now() - make_interval(secs => $1)
     order by create_time`,
    [lateAfterSeconds],
  );
  for await (const batch of waiting) {
    const holds = await holdsOf(
      wallet,
      batch.map((order) => order.id),
    );
    for (const { id, age_seconds } of batch) {
      const hold = holds.get(id);
      const row = { order_id: id, age_seconds, hold: hold?.state, since: hold?.ended_at };
      (hold?.state === 'CAPTURED' ? forward : other).add(row);
    }
  }
  return [forward.finding(), other.finding()];
}

async function lateStarts({ orders }: Books): Promise<Finding> {
  const name = `no accepted checkout waits longer than ${unstartedAfterSeconds} s for its workflow`;
  const tally = new Tally('checkout_start_late', name, 'late');
  const waiting = orders.batches(
    `select id as order_id, create_time, start_attempts from orders.orders
     where status = 'PENDING' and started_at is null and create_time < now() - make_interval(secs => $1)`,
    [unstartedAfterSeconds],
  );
  for await (const batch of waiting) tally.add(...batch);
  return tally.finding();
}

/** Finds orders whose money was refunded some time ago, but that are still COMPLETED. */
async function lateRefunds({ orders, wallet }: Books): Promise<Finding> {
  const tally = new Tally('refund_late', `no refund takes longer than ${lateAfterSeconds} s`, 'late');
  const wished = orders.batches<{ id: string }>(
    `select id from orders.orders where status = 'COMPLETED' and next_refund_at is not null`,
  );
  for await (const batch of wished) {
    tally.add(
      ...(await wallet.rows(
        `select order_id, created_at as refunded_at from wallet.refunds
         where order_id = any($1) and created_at < now() - make_interval(secs => $2)`,
        [batch.map((order) => order.id), lateAfterSeconds],
      )),
    );
  }
  return tally.finding();
}

/** Finds changes of the audit trail whose outcome is still not known. They are tried again every half a minute. */
async function lateChanges({ backoffice }: Books): Promise<Finding> {
  const name = `no change by an administrator takes longer than ${lateAfterSeconds} s`;
  const tally = new Tally('change_late', name, 'late');
  const open = backoffice.batches(
    `select id as entry_id, action, user_id, created_at from backoffice.audit_trail
     where outcome = 'OPEN' and created_at < now() - make_interval(secs => $1)`,
    [lateAfterSeconds],
  );
  for await (const batch of open) tally.add(...batch);
  return tally.finding();
}
