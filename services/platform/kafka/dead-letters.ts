import type { KafkaMessage, Message, Producer } from 'kafkajs';
import type { EventConsumer } from '../events/cloud-event.ts';
import { openProducer, type Kafka } from './client.ts';

type Named = Pick<EventConsumer, 'name' | 'topic'>;

/** Where events end that a consumer could not take in, each as it came, with its error in headers. */
export function deadTopic(consumer: Named): string {
  return `${consumer.topic}.${consumer.name}.dead`;
}

export interface DeadLetters {
  /** Returns whether the event is kept now; if not, Kafka is away. */
  readonly send: (message: KafkaMessage, partition: number, error: unknown) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

export function createDeadLetters(kafka: Kafka, consumer: Named): DeadLetters {
  let producer: Producer | undefined;
  const close = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    await old?.disconnect().catch(() => undefined);
  };
  return {
    send: async (message, partition, error) => {
      try {
        if (producer === undefined) {
          producer = openProducer(kafka);
          await producer.connect();
        }
        await producer.send({ topic: deadTopic(consumer), acks: -1, messages: [withError(message, partition, error)] });
        return true;
      } catch {
        await close();
        return false;
      }
    },
    stop: close,
  };
}

function withError({ key, value, headers, offset }: KafkaMessage, partition: number, error: unknown): Message {
  const text = error instanceof Error ? error.message : String(error);
  return {
    key,
    value,
    headers: { ...headers, dead_error: text.slice(0, 500), dead_partition: String(partition), dead_offset: offset },
  };
}

/**
 * Sends every dead event of a consumer to its topic again and remembers how far it got. The topic's other consumers
 * know the events' ids already. Returns how many were sent.
 */
export async function replayDeadLetters(kafka: Kafka, consumer: Named): Promise<number> {
  const topic = deadTopic(consumer);
  const admin = kafka.admin();
  const producer = openProducer(kafka);
  const groupId = `${consumer.name}.replay`;
  const reader = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
  let sent = 0;
  try {
    await Promise.all([admin.connect(), producer.connect(), reader.connect()]);
    const left = await unread(admin, groupId, topic);
    if (left.size === 0) return 0;
    await reader.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async (partition: number, { key, value, headers, offset }: KafkaMessage) => {
        const end = left.get(partition);
        if (end === undefined) return;
        await producer.send({ topic: consumer.topic, acks: -1, messages: [{ key, value, headers: { ...headers } }] });
        sent += 1;
        if (BigInt(offset) + 1n < end) return;
        left.delete(partition);
        if (left.size === 0) resolve();
      };
      reader.on(reader.events.CRASH, ({ payload }) => reject(payload.error));
      reader.run({ eachMessage: ({ partition, message }) => eachMessage(partition, message) }).catch(reject);
    });
  } finally {
    await reader.disconnect();
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }
  return sent;
}

/** Partitions with events that the group has not read, each with the offset after its last event. */
async function unread(admin: ReturnType<Kafka['admin']>, groupId: string, topic: string): Promise<Map<number, bigint>> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [read] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const done = new Map(read?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return new Map(
    ends
      .filter(({ partition, high, low }) => {
        const at = done.get(partition) ?? -1n;
        return BigInt(high) > (at < 0n ? BigInt(low) : at);
      })
      .map(({ partition, high }) => [partition, BigInt(high)]),
  );
}
