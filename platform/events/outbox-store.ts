import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { changeBatch, inBatches, type BatchOptions } from '../data/db/batches.ts';
import type { Database } from '../data/db/database.ts';
import { onlyFilter } from '../data/db/filter.ts';
import { daysAgo, forgetBefore } from '../data/db/forget.ts';
import type { OutgoingEvent } from './cloud-event.ts';
import { relayStatements } from './relay-statements.ts';
import type { OutboxTable } from './tables.ts';

export interface OutboxStats {
  readonly unpublished: number;
  readonly dead: number;
  /** For how long the oldest waiting event has waited, without dead ones; 0 if there is none. */
  readonly oldestAgeSeconds: number;
}

export interface RetryRule {
  /** An event is dead after this many failures that it caused. */
  readonly maxAttempts: number;
  /** The first pause. It doubles after each failure, up to `maxPauseSeconds`. */
  readonly pauseSeconds: number;
  readonly maxPauseSeconds: number;
}

export interface ClaimedEvents {
  /** Oldest first. */
  readonly events: readonly OutgoingEvent[];
  /** Whether other events wait: they are not due yet, another relay has them, or an earlier one of their aggregate waits. */
  readonly othersWait: boolean;
}

/**
 * Leases up to `limit` events that are due, oldest first (rule S35). Only the oldest unpublished event of an aggregate
 * is given out, so its events keep their order; a dead one blocks the later ones. Several relays may claim at once.
 * When a lease ends, another relay may claim the event.
 */
export async function claimEvents(
  db: Database,
  table: OutboxTable,
  limit: number,
  leaseSeconds: number,
): Promise<ClaimedEvents> {
  const rows = await relayStatements(table).claim(db, { limit, leaseSeconds });
  const events = rows.flatMap(({ event }) => event ?? []);
  return { events, othersWait: Number(rows[0]?.waiting ?? 0) > events.length };
}

export async function markPublished(db: Database, table: OutboxTable, ids: readonly string[]): Promise<void> {
  await relayStatements(table).markPublished(db, { ids });
}

const unpublished = (table: OutboxTable) => onlyFilter(isNull(table.publishedAt));

/** Gives leased events back. Counts no failure. */
export async function releaseEvents(db: Database, table: OutboxTable, ids: readonly string[]): Promise<void> {
  await db
    .update(table)
    .set({ nextAttemptAt: sql`now()` })
    .where(and(inArray(table.id, [...ids]), unpublished(table)));
}

/** Records a failure that the event caused. @returns whether the event is dead now */
export async function markFailed(
  db: Database,
  table: OutboxTable,
  id: string,
  message: string,
  rule: RetryRule,
): Promise<boolean> {
  const pause = sql`least(${rule.pauseSeconds}::float8 * power(2, ${table.attempts}), ${rule.maxPauseSeconds}::float8)`;
  const [row] = await db
    .update(table)
    .set({
      attempts: sql`${table.attempts} + 1`,
      lastError: message.slice(0, 500),
      dead: sql`${table.attempts} + 1 >= ${rule.maxAttempts}`,
      nextAttemptAt: sql`now() + make_interval(secs => ${pause})`,
    })
    // If this relay's lease has ended, another relay may have published the event.
    .where(and(eq(table.id, id), unpublished(table)))
    .returning({ dead: table.dead });
  return row?.dead ?? false;
}

export interface DeadEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly occurredAt: Date;
  readonly attempts: number;
  readonly lastError: string;
  readonly data: unknown;
}

/** Dead events, oldest first. Each blocks the later events of its aggregate. */
export async function listDead(db: Database, table: OutboxTable, limit: number): Promise<DeadEvent[]> {
  const rows = await db
    .select()
    .from(table)
    .where(and(sql`${table.dead}`, unpublished(table)))
    .orderBy(asc(table.seq))
    .limit(limit);
  return rows.map(({ id, type, aggregateId, occurredAt, attempts, lastError, data }) => {
    return { id, type, aggregateId, occurredAt, attempts, lastError: lastError ?? '', data };
  });
}

/** Lets the relay publish dead events again: all, or those in `ids`. @returns how many */
export async function replayDead(db: Database, table: OutboxTable, ids?: readonly string[]): Promise<number> {
  const isDead = sql`${table.dead}`;
  const which = ids === undefined ? isDead : and(onlyFilter(isDead), inArray(table.id, [...ids]));
  const revived = await db
    .update(table)
    .set({ dead: false, attempts: 0, nextAttemptAt: sql`now()`, waitingSince: sql`now()` })
    .where(which)
    .returning({ id: table.id });
  return revived.length;
}

/** Deletes events published more than `days` ago, in batches. @returns how many */
export async function forgetPublished(
  db: Database,
  table: OutboxTable,
  days: number,
  options?: BatchOptions,
): Promise<number> {
  return forgetBefore(db, { table, time: table.publishedAt, before: daysAgo(days) }, options);
}

export async function outboxStats(db: Database, table: OutboxTable): Promise<OutboxStats> {
  // Each part has its own index.
  const dead = db.$count(table, and(sql`${table.dead}`, unpublished(table)));
  const [row] = await db
    .select({
      waiting: sql<string>`count(*)`,
      dead: sql<string>`${dead}`,
      oldest: sql<string | null>`extract(epoch from now() - min(coalesce(${table.waitingSince}, ${table.occurredAt})))`,
    })
    .from(table)
    .where(sql`${table.publishedAt} is null and not ${table.dead}`);
  return {
    unpublished: Number(row?.waiting ?? 0) + Number(row?.dead ?? 0),
    dead: Number(row?.dead ?? 0),
    oldestAgeSeconds: Math.max(0, Number(row?.oldest ?? 0)),
  };
}

interface Newest {
  /** The newest publishing, which may be that of a resent event. */
  readonly published: string | null;
  /** The newest first publishing of an event. */
  readonly publishedFirst: string | null;
}

type NewestRow = { [Field in keyof Newest]: Newest[Field] };

/** The newest times, in the precision of Postgres. Of the events it reads those that were resent since the newest one. */
async function newestTimes(db: Database, table: OutboxTable): Promise<Newest | undefined> {
  const once = await db.execute<{ at: string }>(sql`
    select published_at::text as at from ${table} where published_at is not null and first_published_at is null
    order by published_at desc limit 1`);
  // A statement of its own: Postgres then knows when it plans that few events are newer.
  const { rows } = await db.execute<NewestRow>(sql`
    select max(published_at)::text as published, max(coalesce(first_published_at, published_at))::text as "publishedFirst"
    from ${table} where published_at >= ${once.rows[0]?.at ?? '-infinity'}::timestamptz`);
  return rows[0];
}

/**
 * Lets the relay publish events again, in batches: those of the `hours` before the newest event was published first. A
 * resent event is not the newest, however new its publishing is. So what a resend that broke off has not reached is still
 * among the events of a repeat. Consumers drop those that are in their inboxes.
 * @returns how many
 */
export async function resendPublished(
  db: Database,
  table: OutboxTable,
  hours: number,
  options?: BatchOptions,
): Promise<number> {
  // Read once: the relay publishes the first ones again meanwhile, and these are not to be sent a third time.
  const newest = await newestTimes(db, table);
  const until = newest?.published ?? '-infinity';
  const newestAt = newest?.publishedFirst ?? '-infinity';
  return inBatches((from, size) => {
    const which = sql`${table.publishedAt} between
      greatest(${from}::timestamptz, ${newestAt}::timestamptz - make_interval(hours => ${hours}::int)) and ${until}::timestamptz`;
    const change = sql`update ${table} set published_at = null,
      first_published_at = coalesce(first_published_at, published_at), next_attempt_at = now(), waiting_since = now()`;
    return changeBatch(db, { table, time: table.publishedAt, which, change }, size);
  }, options);
}
