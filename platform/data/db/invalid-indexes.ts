import { sql } from 'drizzle-orm';
import type { Executor } from './database.ts';

/**
 * The INVALID indexes of a schema, for example `cart.requests_by_time`, without those that are being made now. A
 * `CREATE INDEX CONCURRENTLY` that fails leaves one. Postgres changes it with its table, but no query uses it.
 */
export async function invalidIndexes(db: Executor, schema: string): Promise<readonly string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and not i.indisvalid
      and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
    order by 1`);
  return rows.map(({ name }) => name);
}
