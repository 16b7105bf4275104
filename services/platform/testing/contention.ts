import { sql } from 'drizzle-orm';
import type { TestDatabase } from './database.ts';

/**
 * Repeats a call as a saga would while the database is only busy: on a loaded machine a queue for one row can be longer
 * than the lock timeout. A deadlock is no such excuse; the suite's database finds those well before that timeout.
 */
export async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (!(cause instanceof Error && 'code' in cause && cause.code === '55P03')) throw error;
    }
  }
}

/** Holds for connections that are opened from now on. */
export async function findDeadlocksSoon({ db, url }: TestDatabase): Promise<void> {
  const name = sql.identifier(new URL(url).pathname.slice(1));
  await db.execute(sql`alter database ${name} set deadlock_timeout = '100ms'`);
}
