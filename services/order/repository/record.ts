import { sql } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import type { EventRecord, StartRecord } from '../domain/types.ts';

interface Key {
  readonly orderId: string;
}

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly occurred_at: Date;
  readonly published_at: Date | null;
  readonly first_published_at: Date | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly dead: boolean;
  readonly next_attempt_at: Date;
}

const eventColumns = sql.raw(
  'id, seq, type, topic, occurred_at, published_at, first_published_at, attempts, last_error, dead, next_attempt_at',
);

// Two halves, because published and unpublished events have an index each.
const eventsOf = statement(
  'orders.events_of',
  (given: Given<Key>) => sql`
    select ${eventColumns} from orders.outbox where aggregate_id = ${given.orderId} and published_at is null
    union all
    select ${eventColumns} from orders.outbox where aggregate_id = ${given.orderId} and published_at is not null
    order by seq`,
  (row: EventRow): EventRecord => ({
    eventId: row.id,
    type: row.type,
    topic: row.topic,
    writeTime: row.occurred_at,
    publishTime: row.published_at ?? undefined,
    firstPublishTime: row.first_published_at ?? undefined,
    attempts: row.attempts,
    lastError: row.last_error ?? '',
    dead: row.dead,
    nextAttemptTime: row.next_attempt_at,
  }),
);

const startOf = statement(
  'orders.start_of',
  (given: Given<Key>) =>
    sql`select started_at, start_attempts, next_refund_at from orders.orders where id = ${given.orderId}::uuid`,
  (row: { started_at: Date | null; start_attempts: number; next_refund_at: Date | null }): StartRecord => ({
    startTime: row.started_at ?? undefined,
    startAttempts: row.start_attempts,
    nextRefundTime: row.next_refund_at ?? undefined,
  }),
);

/** The statements that only the explanation of an order needs. */
export function recordStatements(db: Database) {
  return {
    /** The events of an order, oldest first. */
    eventsOf: (orderId: string): Promise<readonly EventRecord[]> => eventsOf(db, { orderId }),

    /** How the order's workflow was started, and whether a refund is wished for. */
    startOf: async (orderId: string): Promise<StartRecord | undefined> => (await startOf(db, { orderId }))[0],
  };
}
