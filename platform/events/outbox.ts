import { randomUUID } from 'node:crypto';
import type { Executor } from '../data/db/database.ts';
import { currentOrigin } from '../telemetry/request-context.ts';
import type { OutboxTable } from './tables.ts';

export interface NewEvent {
  readonly topic: string;
  readonly source: string;
  readonly type: string;
  readonly aggregateId: string;
  /** JSON, without bigint and Date. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Writes an event into the outbox. `tx` must be the transaction of the change that the event tells of (rule S35).
 * Writers must have locked the aggregate, because the order of these writes is the order of delivery.
 * The event carries the id and the trace of the current request.
 * @returns the event's id
 */
export async function appendEvent(tx: Executor, table: OutboxTable, event: NewEvent): Promise<string> {
  const id = randomUUID();
  await tx.insert(table).values({ id, ...event, ...currentOrigin() });
  return id;
}
