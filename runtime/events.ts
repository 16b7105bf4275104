import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ProcessConfig } from '../platform/config/process-config.ts';
import type { EventConsumer, EventPublisher } from '../platform/events/cloud-event.ts';
import { createLocalPublisher } from '../platform/events/local-publisher.ts';
import { createKafkaCheck, openKafka } from '../platform/events/kafka/client.ts';
import { createKafkaConsumer } from '../platform/events/kafka/consumer.ts';
import { createKafkaPublisher } from '../platform/events/kafka/publisher.ts';
import type { Check } from '../platform/service.ts';

/** How events get from the relay to the consumers. */
export interface EventWays {
  /** What the relay publishes with. */
  readonly publisher: EventPublisher;
  /** Whether Kafka answers; undefined without Kafka. */
  readonly kafka: Check | undefined;
  /** Starts the consumers. Does not wait until they are connected. */
  readonly start: () => void;
  /** Starts what one process does for all: measuring how far the consumers are behind. */
  readonly startUpkeep: () => void;
  readonly stop: () => Promise<void>;
}

export interface EventWaysOptions {
  readonly kafka: ProcessConfig['kafka'];
  readonly consumers: readonly EventConsumer[];
  readonly clientId: string;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Events go through Kafka, or without Kafka directly to the consumers of the same process. */
export function createEventWays({
  kafka: settings,
  consumers,
  clientId,
  logger,
  registry,
}: EventWaysOptions): EventWays {
  if (settings === undefined) {
    return {
      publisher: createLocalPublisher(consumers),
      kafka: undefined,
      start: () => undefined,
      startUpkeep: () => undefined,
      stop: async () => undefined,
    };
  }
  const kafka = openKafka({ brokers: settings.brokers, clientId, logger });
  const topics = { partitions: settings.partitions, replicas: settings.replicas };
  const publisher = createKafkaPublisher({ kafka, logger, topics });
  const probe = createKafkaCheck(kafka);
  const members = consumers.map((consumer) => createKafkaConsumer({ kafka, consumer, logger, registry, topics }));
  return {
    publisher,
    kafka: probe.check,
    start: () => {
      for (const member of members) member.start();
    },
    startUpkeep: () => {
      for (const member of members) member.startMeasuring();
    },
    stop: async () => {
      await Promise.all([publisher.stop(), probe.close(), ...members.map((member) => member.stop())]);
    },
  };
}
