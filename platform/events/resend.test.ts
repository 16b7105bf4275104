import { asc, sql } from 'drizzle-orm';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import type { TestDatabase } from '../testing/database.ts';
import type { OutgoingEvent } from './cloud-event.ts';
import { resendPublished } from './outbox-store.ts';
import { appendEvent } from './outbox.ts';
import { createRelay, type Relay } from './relay.ts';
import { createEventsDatabase, outbox } from './testing/database.ts';

let database: TestDatabase;
let relay: Relay | undefined;
let seen: OutgoingEvent[];

beforeAll(async () => {
  database = await createEventsDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  seen = [];
  await database.db.delete(outbox);
});
afterEach(() => relay?.stop());

function startRelay(logger: Logger = pino({ level: 'silent' })): void {
  const publisher = { system: 'test', publish: async (events: readonly OutgoingEvent[]) => void seen.push(...events) };
  const options = { roundMs: 5, idleMs: { min: 5, max: 20 } };
  relay = createRelay({ db: database.db, table: outbox, publisher, logger, registry: new Registry() }, options);
  relay.start();
}

function append(n: number): Promise<string> {
  const event = { topic: 'things', source: '/test', type: 'Happened', aggregateId: `${n}`, data: { n } };
  return database.db.transaction((tx) => appendEvent(tx, outbox, event));
}

const rows = () => database.db.select().from(outbox).orderBy(asc(outbox.seq));
const numbers = (events: readonly OutgoingEvent[]) =>
  events.map(({ event }) => (event.data as { n: number }).n).sort((a, b) => a - b);
const published = () => vi.waitFor(async () => expect((await rows()).every((row) => row.publishedAt)).toBe(true));

test('more events than a batch takes are resent, each once, though a relay runs meanwhile', async () => {
  startRelay();
  for (let n = 1; n <= 10; n += 1) await append(n);
  await published();
  const age = sql`make_interval(mins => ${outbox.aggregateId}::int)`;
  await database.db.update(outbox).set({ publishedAt: sql`now() - ${age}` });
  expect(await resendPublished(database.db, outbox, 1, { batchSize: 3 })).toBe(10);
  await published();
  expect(seen).toHaveLength(20);
});

test('a resend that broke off reaches the rest when it is repeated, though the relay has published its first events', async () => {
  startRelay();
  for (let n = 1; n <= 9; n += 1) await append(n);
  await published();
  // A quiet shop: the newest event is 3 hours old, and the oldest one does not belong to the hour before it.
  const age = sql`make_interval(mins => case ${outbox.aggregateId} when '9' then 300 else 180 + ${outbox.aggregateId}::int end)`;
  await database.db.update(outbox).set({ publishedAt: sql`now() - ${age}` });
  await database.db.execute(sql`create function events.break_off() returns trigger language plpgsql as $$
    begin raise exception 'broken off'; end $$`);
  await database.db.execute(sql`create trigger break_off before update on events.outbox for each row
    when (old.aggregate_id = '4' and new.published_at is null) execute function events.break_off()`);
  await expect(resendPublished(database.db, outbox, 1, { batchSize: 3 })).rejects.toThrow('Failed query');
  await database.db.execute(sql`drop function events.break_off cascade`);
  await published();
  expect(numbers(seen.slice(9))).toEqual([6, 7, 8]);
  expect(await resendPublished(database.db, outbox, 1)).toBe(8);
  await published();
  expect(numbers(seen.slice(12))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('an event that is resent, also twice, keeps when it was published at first, and the log says "again"', async () => {
  await append(1);
  const told: string[] = [];
  const log = createLogger({ role: 'relay', destination: { write: (line) => void told.push(line) } });
  startRelay(log);
  await published();
  const [before] = await rows();
  for (const _ of [1, 2]) {
    expect(await resendPublished(database.db, outbox, 1)).toBe(1);
    await published();
  }
  const [after] = await rows();
  expect(before?.firstPublishedAt).toBeNull();
  expect(after?.firstPublishedAt).toEqual(before?.publishedAt);
  expect(after?.publishedAt?.getTime()).toBeGreaterThan(before?.publishedAt?.getTime() ?? Infinity);
  await vi.waitFor(() => expect(told).toHaveLength(3));
  const messages = told.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(['event published', 'event published again', 'event published again']);
});
