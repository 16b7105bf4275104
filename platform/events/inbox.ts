import { lt, sql } from 'drizzle-orm';
import type { Executor, Transaction } from '../data/db/database.ts';
import type { InboxTable } from './tables.ts';

/**
 * Runs `effect` in `tx` unless this consumer took the event in before. Of two deliveries at once, the second waits for
 * the first. A throw rolls the mark back with the effect.
 * @returns whether the effect ran now
 */
export async function consumeOnce(
  tx: Transaction,
  table: InboxTable,
  consumer: string,
  eventId: string,
  effect: () => Promise<void>,
): Promise<boolean> {
  const mark = await tx
    .insert(table)
    .values({ consumer, eventId })
    .onConflictDoNothing()
    .returning({ eventId: table.eventId });
  if (mark.length === 0) return false;
  await effect();
  return true;
}

/** Forgets events received more than `days` ago; keep them longer than the topic's retention. Returns how many. */
export async function forgetReceived(db: Executor, table: InboxTable, days: number): Promise<number> {
  const gone = await db
    .delete(table)
    .where(lt(table.receivedAt, sql`now() - make_interval(days => ${days})`))
    .returning({ eventId: table.eventId });
  return gone.length;
}
