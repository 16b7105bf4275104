import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { EventConsumer } from '../cloud-event.ts';
import { startLoop, type Loop } from '../../loop.ts';
import type { Kafka } from './client.ts';
import { deadTopic, replayGroup } from './dead-letters.ts';
import { isPassing } from './passing.ts';

type Admin = ReturnType<Kafka['admin']>;

export interface LagOptions {
  readonly kafka: Kafka;
  readonly consumer: Pick<EventConsumer, 'name' | 'topic'>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly everyMs?: number;
}

const usualEveryMs = 15_000;

/** Measures how many events a consumer has not taken in yet, and how many dead ones wait for a replay. */
export function measureLag({ kafka, consumer, logger, registry, everyMs = usualEveryMs }: LagOptions): Loop {
  const { name, topic } = consumer;
  const lag = gauge(registry, 'events_consumer_lag', 'Events in the topic that the consumer has not taken in');
  const dead = gauge(registry, 'events_dead_letters', 'Dead events of the consumer that nobody has replayed');
  return startLoop({ name: `lag of ${name}`, pauseMs: everyMs, logger }, async () => {
    const admin = kafka.admin({ retry: { retries: 1 } });
    try {
      await admin.connect();
      lag.set({ consumer: name }, await behind(admin, name, topic));
      dead.set({ consumer: name }, await behind(admin, replayGroup(consumer), deadTopic(consumer)));
    } catch (error) {
      // A topic that was just made has no leader yet. What lasts is told by those who send and consume.
      if (!isPassing(error)) throw error;
      logger.debug({ err: error }, 'the lag cannot be measured now');
    } finally {
      await admin.disconnect();
    }
  });
}

/** How many records of a topic a group has not read. */
async function behind(admin: Admin, groupId: string, topic: string): Promise<number> {
  const left = await unread(admin, groupId, topic);
  return left.reduce((sum, { from, end }) => sum + Number(end - from), 0);
}

export interface Unread {
  readonly partition: number;
  /** The first offset that the group has not read. */
  readonly from: bigint;
  /** The offset after the last record. */
  readonly end: bigint;
}

/** The partitions in which there is something that the group has not read. */
export async function unread(admin: Admin, groupId: string, topic: string): Promise<Unread[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [read] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const done = new Map(read?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends
    .map(({ partition, high, low }) => {
      const at = done.get(partition) ?? -1n;
      return { partition, from: at < BigInt(low) ? BigInt(low) : at, end: BigInt(high) };
    })
    .filter(({ from, end }) => end > from);
}

/** Shared by the consumers of one process. */
function gauge(registry: Registry, name: string, help: string): Gauge<'consumer'> {
  const known = registry.getSingleMetric(name) as Gauge<'consumer'> | undefined;
  return known ?? new Gauge({ name, help, labelNames: ['consumer'], registers: [registry] });
}
