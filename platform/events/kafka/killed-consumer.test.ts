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

interface Listener {
  readonly heard: ReadonlySet<number>;
  readonly kill: () => void;
}

function listen(topic: string, group: string): Listener {
  const program = join(import.meta.dirname, 'testing/listener.ts');
  const child = spawn(process.execPath, [program, brokers, topic, group], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const heard = new Set<number>();
  createInterface({ input: child.stdout }).on('line', (line) => heard.add(Number(line)));
  return { heard, kill: () => child.kill('SIGKILL') };
}

function speaker(topic: string): (n: number) => Promise<void> {
  const kafka = openKafka({ brokers: brokers.split(','), clientId: 'speaker', logger });
  const publisher = createKafkaPublisher({ kafka, logger, topics: { partitions: 3, replicas: 1 } });
  cleanups.push(publisher.stop);
  const time = new Date();
  return (n) => {
    const event = { id: randomUUID(), source: '/test', type: 'test.v1.Happened', subject: `${n}`, time, data: { n } };
    return publisher.publish([{ topic, event }]);
  };
}

test('after kill -9 three times in a row, also of members that wait to be let in, the group goes on', async () => {
  const id = randomUUID().slice(0, 8);
  const [topic, group] = [`test.${id}`, `test-${id}`];
  const say = speaker(topic);
  let listener = listen(topic, group);
  await say(0);
  await vi.waitFor(() => expect(listener.heard).toContain(0), withinAMinute);
  for (const pauseMs of [2500, 2500, 0]) {
    listener.kill();
    listener = listen(topic, group);
    await sleep(pauseMs);
  }
  await say(1);
  await vi.waitFor(() => expect(listener.heard).toContain(1), withinAMinute);
}, 180_000);
