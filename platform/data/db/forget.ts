import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { setTimeout as pause } from 'node:timers/promises';
import { causesOf } from '../../errors/causes.ts';
import type { Executor } from './database.ts';
import { onlyFilter } from './filter.ts';

export interface ForgetOptions {
  /** Ends the deletion after the current batch. */
  readonly signal?: AbortSignal | undefined;
  /** The most rows of one batch. */
  readonly batchSize?: number;
}

interface Batch {
  readonly count: number;
  /** The newest time that was deleted, in the precision of Postgres. */
  readonly upTo: string | null;
}

/** A batch of this size takes tens of milliseconds, far less than the statement timeout. */
const defaultBatchSize = 500;
/** A pause is this many times as long as the batch before it, so that the deletion leaves most of Postgres to callers. */
const pauseFactor = 4;
const shortestPauseMs = 20;
const tooLong = '57014';

/**
 * Deletes the rows whose `time` is before `before`, oldest first, in batches that commit one by one: a failure keeps what
 * went before it. An index on `time` bounds each batch.
 * @param db no transaction
 * @param before for example `daysAgo(30)`
 * @returns how many
 */
export async function forgetBefore(
  db: Executor,
  { table, time, before }: { readonly table: PgTable; readonly time: PgColumn; readonly before: SQL },
  { signal, batchSize = defaultBatchSize }: ForgetOptions = {},
): Promise<number> {
  let total = 0;
  let size = batchSize;
  // Rows that are deleted stay in the index until a vacuum. Each batch begins where the one before it ended.
  let from = '-infinity';
  while (signal?.aborted !== true) {
    const startedAt = performance.now();
    try {
      const { count, upTo } = await forgetBatch(db, { table, time, from, before, size });
      total += count;
      if (count < size) break;
      from = upTo ?? from;
    } catch (error) {
      // For example sessions with very many tokens. The same batch would fail again at each try.
      if (size === 1 || !tookTooLong(error)) throw error;
      size = Math.ceil(size / 5);
    }
    const restMs = Math.max(shortestPauseMs, (performance.now() - startedAt) * pauseFactor);
    await pause(restMs, undefined, { signal }).catch(() => undefined);
  }
  return total;
}

/** The time `days` ago on the clock of Postgres. */
export function daysAgo(days: number): SQL {
  return sql`now() - make_interval(days => ${days}::int)`;
}

async function forgetBatch(
  db: Executor,
  batch: { table: PgTable; time: PgColumn; from: string; before: SQL; size: number },
): Promise<Batch> {
  const { table, time, from, before, size } = batch;
  const isDue = sql`${time} >= ${from}::timestamptz and ${time} < ${before}`;
  // The condition stands twice: not every Postgres compares the `ctid` of a row again that has changed meanwhile.
  const { rows } = await db.execute<{ count: number; upTo: string | null }>(sql`
    with gone as (
      delete from ${table}
      where ctid = any(array(select ctid from ${table} where ${isDue} order by ${time} limit ${size}))
        and ${onlyFilter(isDue)}
      returning ${time} as time
    )
    select count(*)::int as count, max(time)::text as "upTo" from gone`);
  return rows[0] ?? { count: 0, upTo: null };
}

function tookTooLong(error: unknown): boolean {
  return [...causesOf(error)].some((each) => 'code' in each && each.code === tooLong);
}
