import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { AppError } from '../errors/app-error.ts';
import { fromPostgresError } from '../errors/from-postgres.ts';
import type { TestDatabase } from './database.ts';

const patienceMs = 30_000;
const pauseMs = 10;

/**
 * Repeats a call as a saga would while the service is only busy: on a loaded machine a queue for one row, or for a
 * connection, can be longer than its timeout. A deadlock is no such excuse; the suite's database finds those well before.
 * It ends: calls whose test has failed meanwhile find their database closed, which looks like being busy.
 */
export async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (isDeadlock(error) || !isTransient(error) || performance.now() > giveUpAt) throw error;
      await sleep(pauseMs);
    }
  }
}

function isTransient(error: unknown): boolean {
  return (error instanceof AppError ? error : fromPostgresError(error))?.kind === 'transient';
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === '40P01') || isDeadlock(error.cause);
}

/** Holds for connections that are opened from now on. */
export async function findDeadlocksSoon({ db, url }: TestDatabase): Promise<void> {
  const name = sql.identifier(new URL(url).pathname.slice(1));
  await db.execute(sql`alter database ${name} set deadlock_timeout = '100ms'`);
}
