import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { PublisherUnavailable, type EventConsumer, type OutgoingEvent } from './cloud-event.ts';
import { createLocalPublisher } from './local-publisher.ts';

function event(topic: string): OutgoingEvent {
  const id = randomUUID();
  return { topic, event: { id, source: '/test', type: 'Happened', subject: 'a', time: new Date(), data: {} } };
}

function consumer(handle: EventConsumer['handle']): EventConsumer {
  return { name: 'test', topic: 'things', handle };
}

test("an event reaches its topic's consumers and no others", async () => {
  const seen: string[] = [];
  const note = consumer(async ({ id }) => void seen.push(id));
  const publisher = createLocalPublisher([note, { ...note, topic: 'others' }]);
  const sent = event('things');
  await publisher.publish([sent, event('nothing')]);
  expect(seen).toEqual([sent.event.id]);
});

test('a consumer that cannot work now is an outage; any other failure means a bad event', async () => {
  const away = consumer(() => Promise.reject(new AppError('unavailable', 'DATABASE_UNAVAILABLE', 'away')));
  await expect(createLocalPublisher([away]).publish([event('things')])).rejects.toBeInstanceOf(PublisherUnavailable);
  const upset = consumer(() => Promise.reject(new TypeError('no such field')));
  await expect(createLocalPublisher([upset]).publish([event('things')])).rejects.toBeInstanceOf(TypeError);
});
