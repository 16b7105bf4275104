import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { setTimeout as pause } from 'node:timers/promises';
import { forEvent, type CloudEvent, type EventConsumer } from '../cloud-event.ts';
import type { Loop } from '../../loop.ts';
import { deliver, deliveryDefaults, type DeliveryRule } from '../deliver.ts';
import { ensureTopics, type Kafka, type TopicSettings } from './client.ts';
import { createCommits, type Commits } from './commits.ts';
import { createDeadLetters, deadTopic, type DeadLetters } from './dead-letters.ts';
import { membership, withHeartbeats } from './membership.ts';
import { measureLag } from './lag.ts';
import { fromMessage } from './message.ts';
import { consumerMetrics, type ConsumerMetrics } from './metrics.ts';
import { isPassing } from './passing.ts';

export interface KafkaConsumerOptions {
  readonly kafka: Kafka;
  /** Its name is the name of the group. */
  readonly consumer: EventConsumer;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly topics: TopicSettings;
  readonly rule?: DeliveryRule;
  /** How often the lag is measured. */
  readonly everyMs?: number;
}

export interface KafkaConsumer {
  /** Returns at once. Joins the group when Kafka is there, and again after each loss. */
  readonly start: () => void;
  /** Measures how far the group is behind. One member can do that for all. */
  readonly startMeasuring: () => void;
  /** Leaves the group after the current event. If that event waits for another attempt, the next member takes it. */
  readonly stop: () => Promise<void>;
  /** Throws if the consumer has not joined its group. */
  readonly check: () => Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 10_000;
const longSessionMs = 30_000;

/**
 * Consumes a topic as a member of a group. Offsets are committed after their events are taken in: no event is missed, and
 * the inbox drops those that come twice. A bad event goes to the dead-letter topic and does not block others.
 */
export function createKafkaConsumer(options: KafkaConsumerOptions): KafkaConsumer {
  const { kafka, consumer, logger } = options;
  const stopping = new AbortController();
  const context: Context = {
    consumer,
    logger: logger.child({ consumer: consumer.name, topic: consumer.topic }),
    rule: options.rule ?? deliveryDefaults,
    metrics: consumerMetrics(options.registry),
    deadLetters: createDeadLetters(kafka, consumer),
    signal: stopping.signal,
  };
  let joined = false;
  const setJoined = (value: boolean): void => {
    joined = value;
    context.metrics.joined.set({ consumer: consumer.name }, value ? 1 : 0);
  };
  setJoined(false);
  for (const outcome of ['taken', 'retried', 'dead'])
    context.metrics.consumed.inc({ consumer: consumer.name, outcome }, 0);
  let running: Promise<void> | undefined;
  let lag: Loop | undefined;

  async function session(): Promise<void> {
    await ensureTopics(kafka, [consumer.topic], options.topics);
    await ensureTopics(kafka, [deadTopic(consumer)], { ...options.topics, partitions: 1 });
    const member = kafka.consumer({
      ...membership,
      groupId: consumer.name,
      maxWaitTimeInMs: 1000,
      allowAutoTopicCreation: false,
    });
    const commits = createCommits();
    try {
      member.on(member.events.GROUP_JOIN, () => setJoined(true));
      await Promise.race([consume(member, context, commits), crashed(member), aborted(stopping.signal)]);
      await commits.now();
    } finally {
      setJoined(false);
      commits.end();
      await member.disconnect();
    }
  }

  async function run(): Promise<void> {
    let waitMs = firstWaitMs;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        await session();
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (performance.now() - startedAt > longSessionMs) waitMs = firstWaitMs;
        // The brokers need a moment for a topic that was just made.
        const level = isPassing(error) && waitMs === firstWaitMs ? 'debug' : 'warn';
        context.logger[level]({ err: error, retryInMs: waitMs }, 'the consumer stopped; it will start again');
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }

  return {
    start: () => {
      running ??= run();
    },
    startMeasuring: () => {
      lag ??= measureLag(options);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([running, lag?.stop()]);
      await context.deadLetters.stop();
    },
    check: async () => {
      if (!joined) throw new Error(`${consumer.name} has not joined its consumer group`);
    },
  };
}

interface Context {
  readonly consumer: EventConsumer;
  readonly logger: Logger;
  readonly rule: DeliveryRule;
  readonly metrics: ConsumerMetrics;
  readonly deadLetters: DeadLetters;
  readonly signal: AbortSignal;
}

/** Joins the group and consumes. Never returns. */
async function consume(member: Consumer, context: Context, commits: Commits): Promise<void> {
  await member.connect();
  await member.subscribe({ topics: [context.consumer.topic], fromBeginning: true });
  const eachBatch = async (batch: EachBatchPayload): Promise<void> => {
    try {
      await takeInBatch(context, batch);
    } finally {
      commits.soon(batch);
      // The session ends: the member leaves the group when all its batches have ended.
      if (context.signal.aborted) await commits.now();
    }
  };
  const byUs = { autoCommit: false, eachBatchAutoResolve: false };
  await member.run({ ...byUs, partitionsConsumedConcurrently: 3, eachBatch });
  await new Promise(() => undefined);
}

async function takeInBatch(context: Context, payload: EachBatchPayload): Promise<void> {
  const { messages, partition } = payload.batch;
  await withHeartbeats(
    () => payload.heartbeat(),
    context.signal,
    async (signal) => {
      for (const message of messages) {
        if (signal.aborted || !payload.isRunning()) return;
        await takeIn({ ...context, signal }, message, partition);
        payload.resolveOffset(message.offset);
      }
    },
  );
}

/** Rejects when kafkajs gives up. kafkajs does not restart then: see `membership`. */
function crashed(member: Consumer): Promise<never> {
  return new Promise((_, reject) => {
    member.on(member.events.CRASH, ({ payload }) => reject(payload.error));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function takeIn(context: Context, message: KafkaMessage, partition: number): Promise<void> {
  const event = read(message);
  if (event instanceof Error) return sendToDeadLetters(context, message, partition, event);
  return forEvent(event, context.consumer.subjectOf, () => takeInEvent(context, event, message, partition));
}

async function takeInEvent(
  context: Context,
  event: CloudEvent,
  message: KafkaMessage,
  partition: number,
): Promise<void> {
  const { consumer, logger, metrics } = context;
  const outcome = await deliver(consumer, event, {
    rule: context.rule,
    system: 'kafka',
    signal: context.signal,
    onRetry: async (error, attempt) => {
      logger.warn(
        { err: error, eventId: event.id, type: event.type, attempt },
        'the event was not taken in; it will be tried again',
      );
      metrics.consumed.inc({ consumer: consumer.name, outcome: 'retried' });
    },
  });
  if (!outcome.taken) return sendToDeadLetters(context, message, partition, outcome.error);
  metrics.consumed.inc({ consumer: consumer.name, outcome: 'taken' });
  metrics.delay.observe({ consumer: consumer.name }, Math.max(0, Date.now() - event.time.getTime()) / 1000);
}

function read(message: KafkaMessage): CloudEvent | Error {
  try {
    return fromMessage(message);
  } catch (error) {
    return error as Error;
  }
}

async function sendToDeadLetters(
  { consumer, logger, metrics, deadLetters, signal }: Context,
  message: KafkaMessage,
  partition: number,
  error: unknown,
): Promise<void> {
  while (!(await deadLetters.send(message, partition, error))) await pause(1000, undefined, { signal });
  metrics.consumed.inc({ consumer: consumer.name, outcome: 'dead' });
  logger.error(
    { err: error, partition, offset: message.offset },
    `the event is dead; it is in ${deadTopic(consumer)} until somebody replays it`,
  );
}
