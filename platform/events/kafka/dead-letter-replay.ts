import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import type { EventConsumer } from '../cloud-event.ts';
import { openProducer, type Kafka } from './client.ts';
import { deadTopic, replayGroup } from './dead-letters.ts';
import { unread, type Unread } from './lag.ts';
import { headerText } from './message.ts';

type Named = Pick<EventConsumer, 'name' | 'topic'>;

/** A dead event in the dead-letter topic. */
export interface DeadLetter {
  /** The event's id. A record that is not one of our events has none: it gets `<partition>:<offset>` of its topic. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** When it was given up. */
  readonly time: Date;
  readonly error: string;
  /** The payload, unchanged. */
  readonly value: string;
}

/** The dead events of a consumer that nobody has replayed, oldest first. Changes nothing. */
export async function listDeadLetters(kafka: Kafka, consumer: Named): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  // A temporary group that commits no offset: a look must not count as a replay.
  await readUnread(kafka, consumer, `${consumer.name}.look.${randomUUID()}`, false, async (message) => {
    letters.push(toLetter(message));
  });
  return letters;
}

/**
 * Sends dead events of a consumer to its topic again: all, or those in `ids`. The replay group remembers only an
 * offset, so the others go to the end of the dead-letter topic. The inboxes of other consumers drop the events.
 * @returns how many were sent again
 */
export async function replayDeadLetters(kafka: Kafka, consumer: Named, ids?: readonly string[]): Promise<number> {
  const wanted = ids && new Set(ids);
  const producer = openProducer(kafka);
  let sent = 0;
  try {
    await producer.connect();
    await readUnread(kafka, consumer, replayGroup(consumer), true, async (message) => {
      const { key, value, headers } = message;
      const again = wanted === undefined || wanted.has(toLetter(message).id);
      const topic = again ? consumer.topic : deadTopic(consumer);
      await producer.send({ topic, acks: -1, messages: [{ key, value, headers: { ...headers } }] });
      if (again) sent += 1;
    });
  } finally {
    await producer.disconnect();
  }
  return sent;
}

/** Reads the records that the replay group has not read, up to the current end of the topic. */
async function readUnread(
  kafka: Kafka,
  consumer: Named,
  groupId: string,
  autoCommit: boolean,
  use: (message: KafkaMessage) => Promise<void>,
): Promise<void> {
  const topic = deadTopic(consumer);
  const admin = kafka.admin();
  const reader = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
  try {
    await admin.connect();
    if (!(await admin.listTopics()).includes(topic)) return;
    const left = new Map((await unread(admin, replayGroup(consumer), topic)).map((part) => [part.partition, part]));
    if (left.size === 0) return;
    await reader.connect();
    await reader.subscribe({ topics: [topic], fromBeginning: true });
    await readUpTo(reader, left, autoCommit, use);
  } finally {
    await reader.disconnect();
    if (!autoCommit) await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

function readUpTo(
  reader: ReturnType<Kafka['consumer']>,
  left: Map<number, Unread>,
  autoCommit: boolean,
  use: (message: KafkaMessage) => Promise<void>,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const take = async (partition: number, message: KafkaMessage): Promise<void> => {
      const part = left.get(partition);
      const offset = BigInt(message.offset);
      if (part === undefined || offset < part.from || offset >= part.end) return;
      await use(message);
      if (offset + 1n < part.end) return;
      left.delete(partition);
      if (left.size === 0) resolve();
    };
    reader.on(reader.events.CRASH, ({ payload }) => reject(payload.error));
    reader.run({ autoCommit, eachMessage: ({ partition, message }) => take(partition, message) }).catch(reject);
  });
}

function toLetter({ headers, value, timestamp }: KafkaMessage): DeadLetter {
  const from = `${headerText(headers, 'dead_partition') ?? '?'}:${headerText(headers, 'dead_offset') ?? '?'}`;
  return {
    id: headerText(headers, 'ce_id') ?? from,
    type: headerText(headers, 'ce_type') ?? '',
    subject: headerText(headers, 'ce_subject') ?? '',
    time: new Date(Number(timestamp)),
    error: headerText(headers, 'dead_error') ?? '',
    value: value?.toString() ?? '',
  };
}
