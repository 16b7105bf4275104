import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { currentOrigin } from '../../telemetry/request-context.ts';
import { PublisherUnavailable, type CloudEvent, type OutgoingEvent } from '../cloud-event.ts';
import { openKafka, type Kafka } from './client.ts';
import { createKafkaConsumer, type KafkaConsumer } from './consumer.ts';
import { replayDeadLetters } from './dead-letter-replay.ts';
import { deadTopic } from './dead-letters.ts';
import { fromMessage, toMessage } from './message.ts';
import { createKafkaPublisher } from './publisher.ts';

const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
const topics = { partitions: 3, replicas: 1 };
const logger = pino({ level: 'silent' });
const waiting = { timeout: 20_000, interval: 50 };
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function suite() {
  const id = randomUUID().slice(0, 8);
  return { kafka: openKafka({ brokers, clientId: `test-${id}`, logger }), topic: `test.${id}`, group: `test-${id}` };
}

function publisherOf(kafka: Kafka) {
  const publisher = createKafkaPublisher({ kafka, logger, topics });
  cleanups.push(publisher.stop);
  return publisher;
}

function consumerOf(kafka: Kafka, topic: string, name: string, handle: (event: CloudEvent) => Promise<void>) {
  const consumer: KafkaConsumer = createKafkaConsumer({
    kafka,
    consumer: { name, topic, handle },
    logger,
    registry: new Registry(),
    topics,
    rule: { maxAttempts: 3, pauseMs: { min: 1, max: 10 } },
  });
  cleanups.push(consumer.stop);
  consumer.start();
  return consumer;
}

function outgoing(topic: string, subject: string, n: number): OutgoingEvent {
  const time = new Date('2025-01-02T03:04:05.678Z');
  return { topic, event: { id: randomUUID(), source: '/test', type: 'test.v1.Happened', subject, time, data: { n } } };
}

const numberOf = (event: CloudEvent) => (event.data as { n: number }).n;

test('an event arrives as it was sent, in order within its subject', async () => {
  const { kafka, topic, group } = suite();
  const sent = Array.from({ length: 30 }, (_, n) => outgoing(topic, `subject-${n % 3}`, n));
  await publisherOf(kafka).publish(sent);
  const seen: CloudEvent[] = [];
  consumerOf(kafka, topic, group, async (event) => void seen.push(event));
  await vi.waitFor(() => expect(seen).toHaveLength(30), waiting);
  expect(seen.find((event) => numberOf(event) === 0)).toEqual(sent[0]?.event);
  for (const subject of ['subject-0', 'subject-1', 'subject-2']) {
    const got = seen.filter((event) => event.subject === subject).map(numberOf);
    expect(got).toEqual(got.toSorted((left, right) => left - right));
  }
});

test('an event brings the id and the trace of its request to its consumer, in CloudEvents attributes', async () => {
  const { kafka, topic, group } = suite();
  const { event } = outgoing(topic, 'a', 1);
  const origin = { requestId: 'request-12345', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  expect(toMessage({ ...event, origin }).headers).toMatchObject({
    ce_requestid: origin.requestId,
    ce_traceparent: origin.traceparent,
  });
  await publisherOf(kafka).publish([{ topic, event: { ...event, origin } }]);
  const seen: unknown[] = [];
  consumerOf(kafka, topic, group, async (got) => void seen.push(got.origin, currentOrigin()));
  await vi.waitFor(() => expect(seen).toEqual([origin, origin]), waiting);
});

test('an id or a trace that is not well formed does not make an event a bad one', () => {
  const { event } = outgoing('topic', 'a', 1);
  const { headers = {}, value } = toMessage({ ...event, origin: { requestId: 'a b', traceparent: 'x' } });
  const bytes = Buffer.from(String(value));
  expect(fromMessage({ headers, value: bytes })).toEqual({ ...event, origin: undefined });
  expect(fromMessage({ headers: { ...headers, ce_requestid: 'request-1' }, value: bytes }).origin).toEqual({
    requestId: 'request-1',
    traceparent: undefined,
  });
});

test('a bad event goes to the dead-letter topic after its attempts, blocks no other event, and can be replayed', async () => {
  const { kafka, topic, group } = suite();
  const publisher = publisherOf(kafka);
  const [bad, good] = [outgoing(topic, 'same', 1), outgoing(topic, 'same', 2)];
  await publisher.publish([bad, good]);
  const tries: number[] = [];
  let mended = false;
  const consumer = { name: group, topic };
  consumerOf(kafka, topic, group, async (event) => {
    tries.push(numberOf(event));
    if (numberOf(event) === 1 && !mended) throw new Error('cannot be understood');
  });
  await vi.waitFor(() => expect(tries).toEqual([1, 1, 1, 2]), waiting);
  mended = true;
  expect(await replayDeadLetters(kafka, consumer)).toBe(1);
  await vi.waitFor(() => expect(tries).toEqual([1, 1, 1, 2, 1]), waiting);
  expect(await replayDeadLetters(kafka, consumer)).toBe(0);
});

test('a record that is not one of our events goes to the dead-letter topic at once', async () => {
  const { kafka, topic, group } = suite();
  const publisher = publisherOf(kafka);
  await publisher.publish([outgoing(topic, 'same', 1)]);
  const raw = kafka.producer();
  await raw.connect();
  await raw.send({ topic, messages: [{ key: 'same', value: 'not json' }] });
  await raw.disconnect();
  await publisher.publish([outgoing(topic, 'same', 2)]);
  const seen: number[] = [];
  consumerOf(kafka, topic, group, async (event) => void seen.push(numberOf(event)));
  await vi.waitFor(() => expect(seen).toEqual([1, 2]), waiting);
  const admin = kafka.admin();
  await admin.connect();
  const [dead] = await admin.fetchTopicOffsets(deadTopic({ name: group, topic }));
  await admin.disconnect();
  expect(dead?.high).toBe('1');
});

test('while a consumer cannot work, the event waits, however often it fails', async () => {
  const { kafka, topic, group } = suite();
  await publisherOf(kafka).publish([outgoing(topic, 'a', 1)]);
  let attempts = 0;
  let taken = false;
  consumerOf(kafka, topic, group, async () => {
    attempts += 1;
    if (attempts < 8) throw new AppError('unavailable', 'DATABASE_UNAVAILABLE', 'away');
    taken = true;
  });
  await vi.waitFor(() => expect(taken).toBe(true), waiting);
});

test('an event whose handler was interrupted comes again to the next member of the group', async () => {
  const { kafka, topic, group } = suite();
  await publisherOf(kafka).publish([outgoing(topic, 'a', 1)]);
  let attempts = 0;
  const first = consumerOf(kafka, topic, group, async () => {
    attempts += 1;
    throw new AppError('unavailable', 'DATABASE_UNAVAILABLE', 'away');
  });
  await vi.waitFor(() => expect(attempts).toBeGreaterThan(0), waiting);
  await first.stop();
  const seen: number[] = [];
  consumerOf(kafka, topic, group, async (event) => void seen.push(numberOf(event)));
  await vi.waitFor(() => expect(seen).toEqual([1]), waiting);
});

test('what a member has taken in before it stops does not come again', async () => {
  const { kafka, topic, group } = suite();
  const publisher = publisherOf(kafka);
  await publisher.publish(Array.from({ length: 30 }, (_, n) => outgoing(topic, `subject-${n}`, n)));
  let seen: number[] = [];
  const handle = async (event: CloudEvent) => void seen.push(numberOf(event));
  const first = consumerOf(kafka, topic, group, handle);
  await vi.waitFor(() => expect(seen).toHaveLength(30), waiting);
  await first.stop();
  seen = [];
  consumerOf(kafka, topic, group, handle);
  await publisher.publish([outgoing(topic, 'subject-0', 30)]);
  await vi.waitFor(() => expect(seen).toEqual([30]), waiting);
});

test('a publisher and a consumer that start before Kafka work when Kafka is there', async () => {
  const { topic, group } = suite();
  const port = await freePort();
  const kafka = openKafka({ brokers: [`127.0.0.1:${port}`], clientId: 'early', logger });
  const publisher = publisherOf(kafka);
  const seen: number[] = [];
  const consumer = consumerOf(kafka, topic, group, async (event) => void seen.push(numberOf(event)));
  await expect(publisher.publish([outgoing(topic, 'a', 1)])).rejects.toBeInstanceOf(PublisherUnavailable);
  await expect(consumer.check()).rejects.toThrow('has not joined');
  const forwarder = await forward(port);
  cleanups.unshift(async () => void forwarder.close());
  await publisher.publish([outgoing(topic, 'a', 2)]);
  await vi.waitFor(() => expect(seen).toEqual([2]), waiting);
  await expect(consumer.check()).resolves.toBeUndefined();
});

test('an event that is too large is a bad event, not an outage', async () => {
  const { kafka, topic } = suite();
  const huge = outgoing(topic, 'a', 1);
  const publisher = publisherOf(kafka);
  const failure = await publisher
    .publish([{ topic, event: { ...huge.event, data: { text: 'x'.repeat(2_000_000) } } }])
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(PublisherUnavailable);
  await publisher.publish([outgoing(topic, 'a', 2)]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Forwards connections to `port` to the first broker. */
function forward(port: number): Promise<Server> {
  const [host = '', target = ''] = (brokers[0] ?? '').split(':');
  const server = createServer((inner) => {
    const outer = connect(Number(target), host);
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
