import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { bridgeLog } from './log.ts';
import { letSyncWait } from './membership.ts';
import { calmRequestQueue } from './request-queue.ts';

export interface KafkaOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and metrics. */
  readonly clientId: string;
  readonly logger: Logger;
}

/** How topics are made if they are missing. */
export interface TopicSettings {
  readonly partitions: number;
  readonly replicas: number;
}

export type { Kafka } from 'kafkajs';

/** Settings that give up within seconds: whoever calls knows better when to try again. Connects to nothing yet. */
export function openKafka(options: KafkaOptions): Kafka {
  calmRequestQueue();
  letSyncWait();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4 },
    logLevel: logLevel.WARN,
    logCreator: bridgeLog(options.logger),
  });
}

/** One that repeats nothing within its life and makes no topic; keys go to partitions as Kafka's own clients do it. */
export function openProducer(kafka: Kafka): Producer {
  return kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

/** Makes the topics that are missing; the others keep their settings. */
export async function ensureTopics(kafka: Kafka, topics: readonly string[], settings: TopicSettings): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const present = new Set(await admin.listTopics());
    const missing = [...new Set(topics)].filter((topic) => !present.has(topic));
    if (missing.length === 0) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: settings.partitions,
        replicationFactor: settings.replicas,
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

export interface KafkaCheck {
  /** Answers or throws; keeps a connection of its own for it. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createKafkaCheck(kafka: Kafka): KafkaCheck {
  let admin: ReturnType<Kafka['admin']> | undefined;
  const close = async (): Promise<void> => {
    const old = admin;
    admin = undefined;
    await old?.disconnect().catch(() => undefined);
  };
  return {
    check: async () => {
      try {
        if (admin === undefined) {
          const fresh = kafka.admin({ retry: { retries: 0 } });
          await fresh.connect();
          admin = fresh;
        }
        await admin.describeCluster();
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}
