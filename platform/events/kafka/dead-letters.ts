import type { KafkaMessage, Message, Producer } from 'kafkajs';
import type { EventConsumer } from '../cloud-event.ts';
import { openProducer, type Kafka } from './client.ts';

type Named = Pick<EventConsumer, 'name' | 'topic'>;

/** Topic for events that a consumer could not take in. Each is unchanged, and its error is in headers. */
export function deadTopic(consumer: Named): string {
  return `${consumer.topic}.${consumer.name}.dead`;
}

export interface DeadLetters {
  /** @returns whether the event is stored; if not, Kafka is away */
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

/** The group that remembers which dead events were replayed. */
export function replayGroup(consumer: Named): string {
  return `${consumer.name}.replay`;
}
