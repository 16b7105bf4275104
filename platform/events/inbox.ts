import type { BatchOptions } from '../data/db/batches.ts';
import type { Database, Transaction } from '../data/db/database.ts';
import { daysAgo, forgetBefore } from '../data/db/forget.ts';
import type { InboxTable } from './tables.ts';

/**
 * Runs `effect` in `tx`, unless this consumer has taken the event in before (rule S36). A concurrent delivery waits for
 * the first one. If `effect` throws, the inbox row is rolled back with it.
 * @returns whether the effect ran now
 */
export async function consumeOnce(
  tx: Transaction,
  table: InboxTable,
  consumer: string,
  eventId: string,
  effect: () => Promise<void>,
): Promise<boolean> {
  const inserted = await tx
    .insert(table)
    .values({ consumer, eventId })
    .onConflictDoNothing()
    .returning({ eventId: table.eventId });
  if (inserted.length === 0) return false;
  await effect();
  return true;
}

/**
 * Deletes rows of events received more than `days` ago, in batches. `days` must be longer than the topic's retention.
 * @returns how many
 */
export async function forgetReceived(
  db: Database,
  table: InboxTable,
  days: number,
  options?: BatchOptions,
): Promise<number> {
  return forgetBefore(db, { table, time: table.receivedAt, before: daysAgo(days) }, options);
}
