import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../testing/database.ts';
import { consumeOnce } from './inbox.ts';
import { createEventsDatabase, inbox } from './testing/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEventsDatabase();
});
afterAll(() => database.close());

function deliver(consumer: string, eventId: string, effect: () => Promise<void>): Promise<boolean> {
  return database.db.transaction((tx) => consumeOnce(tx, inbox, consumer, eventId, effect));
}

test('of many deliveries at once, one has an effect', async () => {
  const eventId = randomUUID();
  let effects = 0;
  const effect = async () => {
    effects += 1;
  };
  const ran = await Promise.all(Array.from({ length: 8 }, () => deliver('cart', eventId, effect)));
  expect(ran.filter(Boolean)).toHaveLength(1);
  expect(effects).toBe(1);
});

test('each consumer takes an event in, independent of others', async () => {
  const eventId = randomUUID();
  expect(await deliver('cart', eventId, async () => undefined)).toBe(true);
  expect(await deliver('mail', eventId, async () => undefined)).toBe(true);
});

test('a failed effect leaves no inbox row, so the next delivery runs it', async () => {
  const eventId = randomUUID();
  const fail = () => Promise.reject(new Error('no'));
  await expect(deliver('cart', eventId, fail)).rejects.toThrow('no');
  expect(await deliver('cart', eventId, async () => undefined)).toBe(true);
});
