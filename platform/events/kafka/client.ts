import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { bridgeLog } from './log.ts';
import { extendSyncGroupTimeout } from './membership.ts';
import { stopIdleTimer } from './request-queue.ts';

export interface KafkaOptions {
  /** Each is `host:port`. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and metrics. */
  readonly clientId: string;
  readonly logger: Logger;
}

/** Settings of topics that are created. */
export interface TopicSettings {
  readonly partitions: number;
  readonly replicas: number;
}

export type { Kafka } from 'kafkajs';

/**
 * Opens a client that gives up within seconds, because its callers decide when to try again. It does not connect yet.
 */
export function openKafka(options: KafkaOptions): Kafka {
  stopIdleTimer();
  extendSyncGroupTimeout();
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

/** Opens an idempotent producer, which creates no topic. Keys go to the same partitions as with Kafka's Java client. */
export function openProducer(kafka: Kafka): Producer {
  return kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

/** Creates missing topics. Topics that exist keep their settings. */
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
  /** Throws if Kafka does not answer. Keeps a separate connection for this. */
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
