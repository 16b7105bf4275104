import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { setTimeout as pause } from 'node:timers/promises';
import { causesOf } from '../../errors/causes.ts';
import type { Executor } from './database.ts';
import { onlyFilter } from './filter.ts';

export interface BatchOptions {
  /** Ends the work after the current batch. */
  readonly signal?: AbortSignal | undefined;
  /** The most rows of one batch. */
  readonly batchSize?: number;
}

export interface Batch {
  readonly found: number;
  /** Fewer than `found` if some were changed by others meanwhile. */
  readonly count: number;
  /** The newest time of its rows, in the precision of Postgres. */
  readonly upTo: string | null;
}

/** As `db.execute` gives it. */
type BatchRow = { [Field in keyof Batch]: Batch[Field] };

export interface BatchChange {
  readonly table: PgTable;
  readonly time: PgColumn;
  /** The rows that are left to change. */
  readonly which: SQL;
  /** `delete from …` or `update … set …`, without its condition. */
  readonly change: SQL;
}

/** A batch of this size takes tens of milliseconds, far less than the statement timeout. */
const defaultBatchSize = 500;
/** A pause is this many times as long as the batch before it, so that the work leaves most of Postgres to callers. */
const pauseFactor = 4;
const shortestPauseMs = 20;
const tooLong = '57014';

/**
 * Changes many rows, oldest first, in batches that commit one by one: a failure keeps what went before it.
 * @param change changes up to `size` rows whose time is `from` or later. It must not find the same rows again.
 * @returns how many
 */
export async function inBatches(
  change: (from: string, size: number) => Promise<Batch>,
  { signal, batchSize = defaultBatchSize }: BatchOptions = {},
): Promise<number> {
  let total = 0;
  let size = batchSize;
  // Rows that have changed stay in the index until a vacuum. Each batch begins where the one before it ended.
  let from = '-infinity';
  const isStopped = () => signal?.aborted === true;
  while (!isStopped()) {
    const startedAt = performance.now();
    try {
      const { found, count, upTo } = await change(from, size);
      total += count;
      if (found < size || count === 0) break;
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

/** Changes the oldest `size` rows of those. */
export async function changeBatch(
  db: Executor,
  { table, time, which, change }: BatchChange,
  size: number,
): Promise<Batch> {
  // The condition stands twice: not every Postgres compares the `ctid` of a row again that has changed meanwhile.
  const { rows } = await db.execute<BatchRow>(sql`
    with batch as materialized (
      select ctid as place, ${time} as time from ${table} where ${which} order by ${time} limit ${size}
    ), changed as (
      ${change} where ctid = any(array(select place from batch)) and ${onlyFilter(which)} returning 1
    )
    select count(*)::int as found, (select count(*) from changed)::int as count, max(time)::text as "upTo" from batch`);
  return rows[0] ?? { found: 0, count: 0, upTo: null };
}

function tookTooLong(error: unknown): boolean {
  return [...causesOf(error)].some((each) => 'code' in each && each.code === tooLong);
}
