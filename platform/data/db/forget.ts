import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { changeBatch, inBatches, type BatchOptions } from './batches.ts';
import type { Executor } from './database.ts';

/**
 * Deletes the rows whose `time` is before `before`, in batches (see `inBatches`). An index on `time` bounds each batch.
 * @param db no transaction
 * @param before for example `daysAgo(30)`
 * @returns how many
 */
export function forgetBefore(
  db: Executor,
  { table, time, before }: { readonly table: PgTable; readonly time: PgColumn; readonly before: SQL },
  options?: BatchOptions,
): Promise<number> {
  return inBatches((from, size) => {
    const which = sql`${time} >= ${from}::timestamptz and ${time} < ${before}`;
    return changeBatch(db, { table, time, which, change: sql`delete from ${table}` }, size);
  }, options);
}

/** The time `days` ago on the clock of Postgres. */
export function daysAgo(days: number): SQL {
  return sql`now() - make_interval(days => ${days}::int)`;
}
