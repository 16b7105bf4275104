import { sql } from 'drizzle-orm';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { listDeadEvents, replayDeadEvents } from './dead.ts';
import type { CloudEvent } from '../../platform/events/cloud-event.ts';
import { consumeOnce } from '../../platform/events/inbox.ts';
import { appendEvent } from '../../platform/events/outbox.ts';
import { resendPublished } from '../../platform/events/outbox-store.ts';
import { createRelay, type RelayOptions } from '../../platform/events/relay.ts';
import { createEventsDatabase, inbox, outbox } from '../../platform/events/testing/database.ts';
import type { TestDatabase } from '../../platform/testing/database.ts';
import { openKafka } from '../../platform/events/kafka/client.ts';
import { createKafkaConsumer } from '../../platform/events/kafka/consumer.ts';
import { createKafkaPublisher } from '../../platform/events/kafka/publisher.ts';

const brokers = process.env.KAFKA_BROKERS ?? '';
const topics = { partitions: 3, replicas: 1 };
const logger = pino({ level: 'silent' });
const waiting = { timeout: 40_000, interval: 100 };
const quick: Partial<RelayOptions> = {
  idleMs: { min: 5, max: 50 },
  retry: { maxAttempts: 3, pauseSeconds: 0.01, maxPauseSeconds: 0.05 },
};
const cleanups: (() => Promise<void>)[] = [];
let database: TestDatabase;
let topic: string;
let consumer: { readonly name: string; readonly topic: string };

beforeAll(async () => {
  database = await createEventsDatabase();
  await database.db.execute(sql`create table events.effects (seq serial, subject text, n int)`);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.execute(sql`truncate events.effects, events.outbox, events.inbox`);
  const id = randomUUID().slice(0, 8);
  topic = `test.${id}`;
  consumer = { name: `test-${id}`, topic };
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const kafkaOf = () => openKafka({ brokers: brokers.split(','), clientId: topic, logger });
const numberOf = (event: CloudEvent) => (event.data as { n: number }).n;

function append(aggregateId: string, n: number, extra: Record<string, unknown> = {}): Promise<string> {
  const event = { topic, source: '/test', type: 'test.v1.Happened', aggregateId, data: { n, ...extra } };
  return database.db.transaction((tx) => appendEvent(tx, outbox, event));
}

function startRelay(registry = new Registry()): void {
  const publisher = createKafkaPublisher({ kafka: kafkaOf(), logger, topics });
  const relay = createRelay({ db: database.db, table: outbox, publisher, logger, registry }, quick);
  relay.start();
  cleanups.push(publisher.stop, relay.stop);
}

/** Processes events as a service does: the effect and the row in the inbox are one transaction. */
function startConsumer(before: (event: CloudEvent) => void = () => undefined, registry = new Registry()): void {
  const handle = async (event: CloudEvent): Promise<void> => {
    before(event);
    await database.db.transaction((tx) =>
      consumeOnce(tx, inbox, consumer.name, event.id, async () => {
        await tx.execute(sql`insert into events.effects (subject, n) values (${event.subject}, ${numberOf(event)})`);
      }),
    );
  };
  const rule = { maxAttempts: 2, pauseMs: { min: 1, max: 5 } };
  const options = { kafka: kafkaOf(), consumer: { ...consumer, handle }, logger, registry, topics, rule, everyMs: 200 };
  const member = createKafkaConsumer(options);
  member.start();
  member.startMeasuring();
  cleanups.push(member.stop);
}

async function effects(): Promise<Record<string, number[]>> {
  const { rows } = await database.db.execute<{ subject: string; n: number }>(
    sql`select subject, n from events.effects order by seq`,
  );
  const bySubject: Record<string, number[]> = {};
  for (const { subject, n } of rows) (bySubject[subject] ??= []).push(n);
  return bySubject;
}

async function unpublished(): Promise<number> {
  const { rows } = await database.db.execute(sql`select from events.outbox where published_at is null`);
  return rows.length;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const subjects = ['a', 'b', 'c', 'd', 'e'];
const deps = () => ({ db: database.db, outbox, kafka: kafkaOf(), consumers: [consumer] });

test('a relay is killed between send and mark: events are sent again, take effect once and stay in order', async () => {
  for (const n of upTo(4)) for (const subject of subjects) await append(subject, n);
  const script = join(import.meta.dirname, '../../platform/events/kafka/testing/doomed-relay.ts');
  for (const life of [1, 2]) {
    const doomed = spawn(process.execPath, [script, database.url, brokers, '1'], { stdio: 'ignore' });
    const [, signal] = (await once(doomed, 'exit')) as [number | null, string | null];
    expect(signal, `life ${life}`).toBe('SIGKILL');
  }
  const noted = await database.db.execute(sql`select from events.outbox where published_at is not null`);
  expect(noted.rows).toHaveLength(0);
  startConsumer();
  startRelay();
  await vi.waitFor(
    async () => expect(await effects()).toEqual(Object.fromEntries(subjects.map((s) => [s, upTo(4)]))),
    waiting,
  );
}, 90_000);

test('after a restore of the consumer, resent events that it has lost take effect, and no event does twice', async () => {
  startConsumer();
  startRelay();
  for (const subject of subjects) for (const n of upTo(3)) await append(subject, n);
  const all = Object.fromEntries(subjects.map((subject) => [subject, upTo(3)]));
  await vi.waitFor(async () => expect(await effects()).toEqual(all), waiting);
  await vi.waitFor(async () => expect(await unpublished()).toBe(0), waiting);
  // As after a restore: the outbox says published, but the inbox lacks these events. The consumer's offset in Kafka is
  // not part of a backup, so it is already behind them.
  await database.db.execute(sql`delete from events.effects where subject = 'a'`);
  await database.db.execute(
    sql`delete from events.inbox where event_id in (select id from events.outbox where aggregate_id = 'a')`,
  );
  await database.db.execute(sql`update events.outbox set published_at = published_at - interval '2 hours'
    where aggregate_id = 'b'`);
  expect(await resendPublished(database.db, outbox, 1)).toBe(12);
  await vi.waitFor(async () => expect(await effects()).toEqual(all), waiting);
  await vi.waitFor(async () => expect(await unpublished()).toBe(0), waiting);
  expect(await effects()).toEqual(all);
}, 90_000);

test('several relays and writers at once: every event takes effect once, in the order of its key', async () => {
  const registry = new Registry();
  startConsumer(undefined, registry);
  for (let relay = 0; relay < 3; relay += 1) startRelay();
  await Promise.all(
    subjects.map(async (subject) => {
      for (const n of upTo(12)) await append(subject, n);
    }),
  );
  await vi.waitFor(
    async () => expect(await effects()).toEqual(Object.fromEntries(subjects.map((s) => [s, upTo(12)]))),
    waiting,
  );
  await vi.waitFor(async () => {
    expect(await registry.metrics()).toContain(`events_consumer_lag{consumer="${consumer.name}"} 0`);
  }, waiting);
}, 90_000);

test('an event that Kafka refuses holds back only its own key, and is published in its order once it is fixed', async () => {
  startConsumer();
  const bad = await append('a', 0, { text: 'x'.repeat(2_000_000) });
  await append('a', 1);
  await append('b', 0);
  startRelay();
  await vi.waitFor(async () => expect(await listDeadEvents(deps())).toHaveLength(1), waiting);
  const [dead] = await listDeadEvents(deps());
  expect(dead).toMatchObject({ where: 'outbox', id: bad, subject: 'a' });
  expect(dead?.error).not.toBe('');
  await vi.waitFor(async () => expect(await effects()).toEqual({ b: [0] }), waiting);
  await database.db.execute(sql`update events.outbox set data = '{"n":0}' where id = ${bad}`);
  expect(await replayDeadEvents(deps(), [randomUUID()])).toMatchObject({ outbox: 0 });
  expect(await replayDeadEvents(deps(), [bad])).toMatchObject({ outbox: 1 });
  await vi.waitFor(async () => expect(await effects()).toEqual({ a: [0, 1], b: [0] }), waiting);
  expect(await listDeadEvents(deps())).toEqual([]);
}, 90_000);

test('events that a consumer cannot process become dead letters; each can be replayed alone; a metric counts them', async () => {
  const registry = new Registry();
  let fixed = false;
  startConsumer((event) => {
    if (!fixed && event.subject === 'poison') throw new Error('cannot be parsed');
  }, registry);
  startRelay();
  const [first, second] = [await append('poison', 1), await append('poison', 2)];
  await append('fine', 3);
  await vi.waitFor(async () => expect(await effects()).toEqual({ fine: [3] }), waiting);
  const metric = `events_dead_letters{consumer="${consumer.name}"}`;
  await vi.waitFor(async () => expect(await registry.metrics()).toContain(`${metric} 2`), waiting);
  const dead = await listDeadEvents(deps());
  expect(dead.map(({ id }) => id)).toEqual([first, second]);
  expect(dead[0]).toMatchObject({ where: consumer.name, error: 'cannot be parsed', data: '{"n":1}' });
  expect(await listDeadEvents(deps())).toHaveLength(2);
  fixed = true;
  expect(await replayDeadEvents(deps(), [second])).toMatchObject({ [consumer.name]: 1 });
  await vi.waitFor(async () => expect(await effects()).toEqual({ fine: [3], poison: [2] }), waiting);
  expect((await listDeadEvents(deps())).map(({ id }) => id)).toEqual([first]);
  expect(await replayDeadEvents(deps(), undefined)).toMatchObject({ [consumer.name]: 1 });
  await vi.waitFor(async () => expect(await effects()).toEqual({ fine: [3], poison: [2, 1] }), waiting);
  await vi.waitFor(async () => expect(await registry.metrics()).toContain(`${metric} 0`), waiting);
}, 90_000);
