import { randomUUID } from 'node:crypto';
import type { CloudEvent } from '../../platform/events/cloud-event.ts';
import type { Kafka } from '../../platform/events/kafka/client.ts';
import { fromMessage } from '../../platform/events/kafka/message.ts';

export interface TailInput {
  readonly topic: string;
  readonly fromBeginning: boolean;
  /** Only events of this order. */
  readonly order: string | undefined;
  /** Ends after this many events; undefined for no end. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
}

/** Gives `show` the events of a topic as they come, until the signal or the limit. It commits nothing. */
export async function tailEvents(kafka: Kafka, input: TailInput, show: (event: CloudEvent) => void): Promise<void> {
  const { topic, fromBeginning, order, limit = Infinity, signal } = input;
  const groupId = `cli.tail.${randomUUID()}`;
  const reader = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  let shown = 0;
  try {
    await reader.connect();
    await reader.subscribe({ topics: [topic], fromBeginning });
    reader.on(reader.events.CRASH, ({ payload }) => reject(payload.error));
    const eachMessage = async ({ message }: { message: Parameters<typeof fromMessage>[0] }): Promise<void> => {
      const event = fromMessage(message);
      if (shown >= limit || (order !== undefined && event.subject !== order)) return;
      show(event);
      shown += 1;
      if (shown >= limit) resolve();
    };
    reader.run({ autoCommit: false, eachMessage }).catch(reject);
    await ended;
  } finally {
    await reader.disconnect();
    await forgetGroup(kafka, groupId);
  }
}

/** A broker that is away forgets the empty group by itself later. */
async function forgetGroup(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // Nothing depends on it.
  } finally {
    await admin.disconnect();
  }
}
