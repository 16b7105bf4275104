import { isNull, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  timestamp,
  uuid,
  type PgSchema,
} from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true });

/**
 * Events that wait to be published. Each is written in the transaction of the change that it tells of. `seq` orders the
 * events of one aggregate. It is not a cursor: a transaction with a lower number may commit later (rule S35).
 */
export function outboxTable(schema: PgSchema) {
  return schema.table(
    'outbox',
    {
      id: uuid('id').primaryKey(),
      seq: bigint('seq', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
      topic: text('topic').notNull(),
      source: text('source').notNull(),
      type: text('type').notNull(),
      aggregateId: text('aggregate_id').notNull(),
      data: jsonb('data').notNull(),
      occurredAt: time('occurred_at').notNull().defaultNow(),
      publishedAt: time('published_at'),
      /** Of an event that is to be published again: since when. Null: since it occurred. */
      waitingSince: time('waiting_since'),
      /** Of an event that was resent: when it was published at first. Null: it was not resent. */
      firstPublishedAt: time('first_published_at'),
      /** Failures that the event caused. An outage of the broker does not count. */
      attempts: integer('attempts').notNull().default(0),
      /** When the event is due. It is also a relay's lease: a relay that claims the row moves it forward. */
      nextAttemptAt: time('next_attempt_at').notNull().defaultNow(),
      lastError: text('last_error'),
      dead: boolean('dead').notNull().default(false),
      /** The request that made the event. Null in rows of versions that did not write it. */
      requestId: text('request_id'),
      traceparent: text('traceparent'),
    },
    (table) => [
      // Its condition is that of the relay's claim. Statements about one aggregate or one event have no use for it.
      index('outbox_waiting')
        .on(table.seq)
        .where(sql`${table.publishedAt} is null and not ${table.dead}`),
      index('outbox_dead')
        .on(table.seq)
        .where(sql`${table.dead}`),
      index('outbox_unpublished_aggregate').on(table.aggregateId, table.seq).where(isNull(table.publishedAt)),
      index('outbox_published')
        .on(table.publishedAt)
        .where(sql`${table.publishedAt} is not null`),
      index('outbox_published_aggregate')
        .on(table.aggregateId)
        .where(sql`${table.publishedAt} is not null`),
    ],
  );
}

export type OutboxTable = ReturnType<typeof outboxTable>;

/** Events that a consumer has taken in, written in the transaction of their effect. */
export function inboxTable(schema: PgSchema) {
  return schema.table(
    'inbox',
    {
      consumer: text('consumer').notNull(),
      eventId: uuid('event_id').notNull(),
      receivedAt: time('received_at').notNull().defaultNow(),
    },
    (table) => [primaryKey({ columns: [table.consumer, table.eventId] }), index('inbox_received').on(table.receivedAt)],
  );
}

export type InboxTable = ReturnType<typeof inboxTable>;
