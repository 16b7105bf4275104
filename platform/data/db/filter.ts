import { sql, type SQL } from 'drizzle-orm';

/**
 * The same condition, which no index fits any more. For a statement that looks up by a key: where nothing waits, the
 * partial index of what waits seems to be empty, so Postgres would read all of it, and go on so when much waits.
 */
export function onlyFilter(condition: SQL): SQL {
  return sql`case when ${condition} then true else false end`;
}
