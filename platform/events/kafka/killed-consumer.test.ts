import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { openKafka } from './client.ts';
import { createKafkaPublisher } from './publisher.ts';

const brokers = process.env.KAFKA_BROKERS ?? '';
const logger = pino({ level: 'silent' });
const children: ChildProcess[] = [];
const cleanups: (() => Promise<void>)[] = [];
const withinAMinute = { timeout: 60_000, interval: 50 };

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface ConsumerProcess {
  readonly received: ReadonlySet<number>;
  readonly kill: () => void;
}

function startConsumer(topic: string, group: string): ConsumerProcess {
  const program = join(import.meta.dirname, 'testing/printing-consumer.ts');
  const child = spawn(process.execPath, [program, brokers, topic, group], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const received = new Set<number>();
  createInterface({ input: child.stdout }).on('line', (line) => received.add(Number(line)));
  return { received, kill: () => child.kill('SIGKILL') };
}

function publisherOf(topic: string): (n: number) => Promise<void> {
  const kafka = openKafka({ brokers: brokers.split(','), clientId: 'publisher', logger });
  const publisher = createKafkaPublisher({ kafka, logger, topics: { partitions: 3, replicas: 1 } });
  cleanups.push(publisher.stop);
  const time = new Date();
  return (n) => {
    const event = { id: randomUUID(), source: '/test', type: 'test.v1.Happened', subject: `${n}`, time, data: { n } };
    return publisher.publish([{ topic, event }]);
  };
}

test('the group goes on after three members in a row are killed, also members that are still joining', async () => {
  const id = randomUUID().slice(0, 8);
  const [topic, group] = [`test.${id}`, `test-${id}`];
  const publish = publisherOf(topic);
  let consumer = startConsumer(topic, group);
  await publish(0);
  await vi.waitFor(() => expect(consumer.received).toContain(0), withinAMinute);
  for (const pauseMs of [2500, 2500, 0]) {
    consumer.kill();
    consumer = startConsumer(topic, group);
    await sleep(pauseMs);
  }
  await publish(1);
  await vi.waitFor(() => expect(consumer.received).toContain(1), withinAMinute);
}, 180_000);
