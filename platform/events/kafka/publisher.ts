import { CompressionTypes, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { causesOf } from '../../errors/causes.ts';
import { PublisherUnavailable, type EventPublisher, type OutgoingEvent } from '../cloud-event.ts';
import { ensureTopics, openProducer, type Kafka, type TopicSettings } from './client.ts';
import { toMessage } from './message.ts';

export interface KafkaPublisherOptions {
  readonly kafka: Kafka;
  readonly logger: Logger;
  readonly topics: TopicSettings;
}

export interface KafkaPublisher extends EventPublisher {
  readonly stop: () => Promise<void>;
}

/** Answers of the broker that another attempt would not change: the event is bad. */
const eventsFault = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/**
 * Publishes with an idempotent producer, and waits until all replicas in sync have the events. It connects when it has
 * something to send. After a failure it takes a new producer: with the sequence numbers of the old one, the broker
 * could take new events for repeats and drop them.
 */
export function createKafkaPublisher(options: KafkaPublisherOptions): KafkaPublisher {
  let producer: Producer | undefined;
  const known = new Set<string>();

  async function connected(events: readonly OutgoingEvent[]): Promise<Producer> {
    const unknown = events.map(({ topic }) => topic).filter((topic) => !known.has(topic));
    if (unknown.length > 0) {
      await ensureTopics(options.kafka, unknown, options.topics);
      for (const topic of unknown) known.add(topic);
    }
    if (producer === undefined) {
      const fresh = openProducer(options.kafka);
      await fresh.connect();
      producer = fresh;
    }
    return producer;
  }

  async function drop(): Promise<void> {
    const old = producer;
    producer = undefined;
    known.clear();
    await old
      ?.disconnect()
      .catch((error: unknown) => options.logger.debug({ err: error }, 'the Kafka producer could not be closed'));
  }

  return {
    system: 'kafka',
    publish: async (events) => {
      const topicMessages = batches(events);
      try {
        const current = await connected(events);
        await current.sendBatch({ acks: -1, timeout: 4000, compression: CompressionTypes.None, topicMessages });
      } catch (error) {
        await drop();
        if (isEventsFault(error)) throw error;
        throw new PublisherUnavailable('Kafka accepts no events now', { cause: error });
      }
    },
    stop: drop,
  };
}

function batches(events: readonly OutgoingEvent[]) {
  const byTopic = Map.groupBy(events, ({ topic }) => topic);
  return [...byTopic].map(([topic, list]) => ({ topic, messages: list.map(({ event }) => toMessage(event)) }));
}

function isEventsFault(error: unknown): boolean {
  for (const at of causesOf(error)) {
    if ('type' in at && typeof at.type === 'string' && eventsFault.has(at.type)) return true;
  }
  return false;
}
