import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { inBatches, type BatchOptions, noRows, type BatchRow } from './batches.ts';
import type { Executor } from './database.ts';
import { onlyFilter } from './filter.ts';

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
  return inBatches(async (from, size) => {
    const isDue = sql`${time} >= ${from}::timestamptz and ${time} < ${before}`;
    // The condition stands twice: not every Postgres compares the `ctid` of a row again that has changed meanwhile.
    const { rows } = await db.execute<BatchRow>(sql`
      with batch as materialized (
        select ctid as place, ${time} as time from ${table} where ${isDue} order by ${time} limit ${size}
      ), gone as (
        delete from ${table} where ctid = any(array(select place from batch)) and ${onlyFilter(isDue)} returning 1
      )
      select count(*)::int as found, (select count(*) from gone)::int as count, max(time)::text as "upTo" from batch`);
    return rows[0] ?? noRows;
  }, options);
}

/** The time `days` ago on the clock of Postgres. */
export function daysAgo(days: number): SQL {
  return sql`now() - make_interval(days => ${days}::int)`;
}
