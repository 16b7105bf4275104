import type { Database } from '../../platform/data/db/database.ts';
import type { EventConsumer } from '../../platform/events/cloud-event.ts';
import { listDead, replayDead } from '../../platform/events/outbox-store.ts';
import type { OutboxTable } from '../../platform/events/tables.ts';
import type { Kafka } from '../../platform/events/kafka/client.ts';
import { listDeadLetters, replayDeadLetters } from '../../platform/events/kafka/dead-letter-replay.ts';

export interface DeadEvent {
  /** `outbox` if the relay could not publish it; otherwise the name of the consumer that could not process it. */
  readonly where: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: Date;
  readonly error: string;
  /** The data as JSON, or the raw text if it is not JSON. */
  readonly data: string;
}

export interface DeadEventsDeps {
  readonly db: Database;
  readonly outbox: OutboxTable;
  /** Undefined without Kafka. Then there are no dead letters of consumers. */
  readonly kafka: Kafka | undefined;
  readonly consumers: readonly Pick<EventConsumer, 'name' | 'topic'>[];
}

/** Dead events of the outbox are listed up to here. */
export const mostListed = 1_000;

/** All dead events: those in the outbox, and those in the dead-letter topics of consumers. */
export async function listDeadEvents({ db, outbox, kafka, consumers }: DeadEventsDeps): Promise<DeadEvent[]> {
  const unsent = (await listDead(db, outbox, mostListed)).map(
    ({ id, type, aggregateId: subject, occurredAt: time, lastError: error, data }): DeadEvent => {
      return { where: 'outbox', id, type, subject, time, error, data: JSON.stringify(data) };
    },
  );
  if (kafka === undefined) return unsent;
  const letters: DeadEvent[] = [];
  for (const consumer of consumers) {
    for (const { value: data, ...letter } of await listDeadLetters(kafka, consumer)) {
      letters.push({ where: consumer.name, ...letter, data });
    }
  }
  return [...unsent, ...letters];
}

/** Replays all dead events, or those with these ids. @returns the number of replayed events for each place (`where`) */
export async function replayDeadEvents(
  { db, outbox, kafka, consumers }: DeadEventsDeps,
  ids: readonly string[] | undefined,
): Promise<Readonly<Record<string, number>>> {
  const isUuid = (id: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const replayed: Record<string, number> = { outbox: await replayDead(db, outbox, ids?.filter(isUuid)) };
  if (kafka === undefined) return replayed;
  for (const consumer of consumers) replayed[consumer.name] = await replayDeadLetters(kafka, consumer, ids);
  return replayed;
}
