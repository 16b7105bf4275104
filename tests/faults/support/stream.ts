import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

/** One record of a topic. */
export interface Heard {
  /** The order id. */
  readonly key: string;
  readonly eventId: string;
}

export interface Ear {
  /** All records since the topic's beginning. The records of one key are in order. */
  readonly heard: readonly Heard[];
  close(): Promise<void>;
}

/** Reads a topic from its beginning, in a new consumer group, without a proxy in between. */
export async function listenTo(topic: string, env: Readonly<NodeJS.ProcessEnv>): Promise<Ear> {
  const brokers = (env['KAFKA_BROKERS'] ?? '').split(',');
  const kafka = new Kafka({ brokers, clientId: 'faults', logLevel: logLevel.NOTHING, retry: { retries: 60 } });
  const consumer = kafka.consumer({ groupId: `faults-${randomUUID()}`, allowAutoTopicCreation: false });
  const heard: Heard[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      heard.push({ key: String(message.key), eventId: String(message.headers?.['ce_id']) });
    },
  });
  return { heard, close: () => consumer.disconnect() };
}
