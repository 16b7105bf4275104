import { and, eq } from 'drizzle-orm';
import { index, jsonb, primaryKey, text, timestamp, uuid, type PgSchema } from 'drizzle-orm/pg-core';
import { createHash } from 'node:crypto';
import { requestIdReused } from '../../errors/app-error.ts';
import type { BatchOptions } from './batches.ts';
import type { Database, Transaction } from './database.ts';
import { daysAgo, forgetBefore } from './forget.ts';

/** The table of answered requests; each service that takes a `request_id` has one in its schema. */
export function requestsTable(schema: PgSchema) {
  return schema.table(
    'requests',
    {
      subject: text('subject').notNull(),
      method: text('method').notNull(),
      requestId: uuid('request_id').notNull(),
      fingerprint: text('fingerprint').notNull(),
      answer: jsonb('answer'),
      createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    },
    (table) => [
      primaryKey({ columns: [table.subject, table.method, table.requestId] }),
      index('requests_by_time').on(table.createdAt),
    ],
  );
}

export type RequestsTable = ReturnType<typeof requestsTable>;

export interface RequestKey {
  /** The caller, for example a user id. Equal request ids of different callers are different requests. */
  readonly subject: string;
  readonly method: string;
  /** UUID from the caller. */
  readonly requestId: string;
  /** `fingerprint(payload)`. A repeat must have the same one. */
  readonly fingerprint: string;
}

/** Hash of what a repeat must have in common with the first request. The order of the keys does not matter. */
export function fingerprint(payload: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const sorted = Object.entries(payload)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url');
}

/**
 * Runs `effect` once for each key, in the caller's transaction, and stores its answer in the same transaction. A repeat
 * gets the stored answer; a concurrent one waits for it. If `effect` throws, nothing is stored.
 * @param effect its answer must survive JSON (no bigint, no Date).
 * @throws REQUEST_ID_REUSED for the same id with another fingerprint.
 */
export async function once<Answer>(
  tx: Transaction,
  table: RequestsTable,
  key: RequestKey,
  effect: () => Promise<Answer>,
): Promise<Answer> {
  const mine = await tx.insert(table).values(key).onConflictDoNothing().returning({ requestId: table.requestId });
  const same = and(eq(table.subject, key.subject), eq(table.method, key.method), eq(table.requestId, key.requestId));
  if (mine.length > 0) {
    const answer = await effect();
    await tx.update(table).set({ answer }).where(same);
    return answer;
  }
  const [stored] = await tx.select().from(table).where(same);
  if (stored === undefined || stored.fingerprint !== key.fingerprint) throw requestIdReused(key.requestId);
  return stored.answer as Answer;
}

/** Deletes answers that are older than `days`, in batches. @returns how many */
export async function forgetRequests(
  db: Database,
  table: RequestsTable,
  days: number,
  options?: BatchOptions,
): Promise<number> {
  return forgetBefore(db, { table, time: table.createdAt, before: daysAgo(days) }, options);
}
