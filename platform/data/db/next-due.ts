import { sql, type SQL } from 'drizzle-orm';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

/** Timers and clocks differ a little, and a sweep that comes too early finds nothing. */
const laterMs = 20;

/**
 * Declares a statement that tells in how many milliseconds the earliest row is due, by the database's clock: 0 or less
 * if one is due now, `Infinity` if there is none.
 * @param name see `statement`
 * @param earliest a query of one time, for example
 *   `select expires_at from wallet.holds where state = 'HELD' order by expires_at limit 1`. For `min`, Postgres may read
 *   the whole index: it does if nothing waited when it made the plan.
 */
export function nextDue(name: string, earliest: SQL): (db: Database) => Promise<number> {
  const ask = statement<object, { readonly ms: number | null }>(
    name,
    () => sql`select (extract(epoch from (${earliest}) - clock_timestamp()) * 1000)::float8 as ms`,
  );
  return async (db) => {
    const [row] = await ask(db, {});
    const ms = row?.ms ?? Infinity;
    return ms > 0 ? Math.ceil(ms) + laterMs : ms;
  };
}
