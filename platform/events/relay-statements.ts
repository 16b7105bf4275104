import { sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { statement } from '../data/db/statement.ts';
import type { Origin } from '../telemetry/request-context.ts';
import type { OutgoingEvent } from './cloud-event.ts';
import type { OutboxTable } from './tables.ts';

interface ClaimRow {
  /** How many events are neither published nor dead, counted up to one more than can be claimed. */
  readonly waiting: string;
  /** Null if no event was claimed. */
  readonly id: string | null;
  readonly topic: string;
  readonly source: string;
  readonly type: string;
  readonly aggregate_id: string;
  readonly occurred_at: Date;
  readonly data: unknown;
  readonly request_id: string | null;
  readonly traceparent: string | null;
  readonly resent: boolean;
}

interface Claimed {
  readonly waiting: string;
  readonly event: OutgoingEvent | undefined;
}

export type RelayStatements = ReturnType<typeof build>;

const built = new WeakMap<OutboxTable, RelayStatements>();

/** The two statements that a relay sends for each batch. */
export function relayStatements(table: OutboxTable): RelayStatements {
  const known = built.get(table);
  if (known !== undefined) return known;
  const fresh = build(table);
  built.set(table, fresh);
  return fresh;
}

function build(table: OutboxTable) {
  const { schema = 'public', name } = getTableConfig(table);
  return {
    // A cursor by seq would skip events of transactions that commit late (rule S35). Partial indexes keep the scan short.
    // OFFSET 0 makes Postgres look for earlier ones of each event. Else it may compare each event with all that wait.
    claim: statement<{ limit: number; leaseSeconds: number }, ClaimRow, Claimed>(
      `${schema}.${name}.claim`,
      (given) => sql`
        with due as (
          select id from ${table} as event
          where published_at is null and not dead and next_attempt_at <= now() and not exists (
            select 1 from ${table} as earlier
            where earlier.aggregate_id = event.aggregate_id and earlier.seq < event.seq
              and earlier.published_at is null offset 0)
          order by seq limit ${given.limit} for update skip locked
        ), claimed as (
          update ${table} set next_attempt_at = now() + make_interval(secs => ${given.leaseSeconds})
          where id in (select id from due)
          returning id, seq, topic, source, type, aggregate_id, occurred_at, data,
            request_id, traceparent, first_published_at is not null as resent
        ), waiting as (
          select count(*) as waiting
          from (select 1 from ${table} where published_at is null and not dead limit ${given.limit} + 1) as event
        )
        select * from waiting left join claimed on true order by claimed.seq`,
      toClaimed,
    ),

    markPublished: statement<{ ids: readonly string[] }, object>(
      `${schema}.${name}.mark_published`,
      (given) => sql`
        update ${table} set published_at = now(), last_error = null where id = any(${given.ids}::uuid[])`,
    ),
  };
}

function toClaimed(row: ClaimRow): Claimed {
  const { waiting, topic, id, source, type, aggregate_id: subject, occurred_at: time, data, resent } = row;
  if (id === null) return { waiting, event: undefined };
  return { waiting, event: { topic, resent, event: { id, source, type, subject, time, data, origin: originOf(row) } } };
}

function originOf({ request_id: requestId, traceparent }: ClaimRow): Origin | undefined {
  return requestId === null ? undefined : { requestId, traceparent: traceparent ?? undefined };
}
