import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { fromPostgresError } from '../errors/from-postgres.ts';
import type { TestDatabase } from './database.ts';

const patienceMs = 30_000;
const pauseMs = 10;

/**
 * Repeats a call while the service is busy, as a saga would: on a loaded machine the wait for a row or a connection can
 * be longer than its timeout. A deadlock is not repeated; the test database finds it earlier. It gives up after 30 s,
 * because a database that a failed test has closed looks busy, too.
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

/** Waits until a statement in this database waits for a lock, or `count` statements do. */
export async function untilBlocked({ db }: TestDatabase, count = 1): Promise<void> {
  const isBlocked = sql`datname = current_database() and wait_event_type = 'Lock'`;
  const find = () =>
    db
      .select({ pid: sql`pid` })
      .from(sql`pg_stat_activity`)
      .where(isBlocked);
  await expect.poll(find, { interval: 5, timeout: 5000 }).toHaveLength(count);
}

/** Lets the server find deadlocks after 100 ms, for connections that are opened from now on. */
export async function findDeadlocksSoon({ db, url }: TestDatabase): Promise<void> {
  const name = sql.identifier(new URL(url).pathname.slice(1));
  await db.execute(sql`alter database ${name} set deadlock_timeout = '100ms'`);
}
