import { randomUUID } from 'node:crypto';
import type { Executor } from '../data/db/database.ts';
import type { OutboxTable } from './tables.ts';

export interface NewEvent {
  readonly topic: string;
  readonly source: string;
  readonly type: string;
  readonly aggregateId: string;
  /** JSON: neither bigint nor Date. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Writes an event beside the change it tells of: `tx` must be that change's transaction. Writers of one aggregate must
 * hold its lock, since the order of these writes is the order of delivery.
 * @returns the event's id
 */
export async function appendEvent(tx: Executor, table: OutboxTable, event: NewEvent): Promise<string> {
  const id = randomUUID();
  await tx.insert(table).values({ id, ...event });
  return id;
}
