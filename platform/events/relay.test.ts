import { asc, eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ListenHandlers } from '../data/db/listen.ts';
import type { TestDatabase } from '../testing/database.ts';
import { PublisherUnavailable, type EventPublisher, type OutgoingEvent } from './cloud-event.ts';
import { claimEvents, forgetPublished, outboxStats, replayDead, resendPublished } from './outbox-store.ts';
import { appendEvent } from './outbox.ts';
import { createRelay, type Relay, type RelayOptions } from './relay.ts';
import { createEventsDatabase, outbox } from './testing/database.ts';

const logger = pino({ level: 'silent' });
const quick: Partial<RelayOptions> = {
  roundMs: 5,
  idleMs: { min: 5, max: 20 },
  outageMs: { min: 5, max: 20 },
  retry: { maxAttempts: 3, pauseSeconds: 0.001, maxPauseSeconds: 0.01 },
};
let database: TestDatabase;
let relays: Relay[] = [];

beforeAll(async () => {
  database = await createEventsDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.db.delete(outbox));
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  relays = [];
});

function append(aggregateId: string, n: number): Promise<string> {
  return database.db.transaction((tx) =>
    appendEvent(tx, outbox, { topic: 'things', source: '/test', type: 'Happened', aggregateId, data: { n } }),
  );
}

function recorder(publish: (event: OutgoingEvent) => void = () => undefined) {
  const seen: OutgoingEvent[] = [];
  const publisher: EventPublisher = {
    system: 'test',
    publish: async (events) => {
      for (const event of events) publish(event);
      seen.push(...events);
    },
  };
  return { seen, publisher };
}

function startRelay(
  publisher: EventPublisher,
  registry = new Registry(),
  options: Partial<RelayOptions> = quick,
): Relay {
  const relay = createRelay({ db: database.db, table: outbox, publisher, logger, registry }, options);
  relays.push(relay);
  relay.start();
  return relay;
}

const numbers = (seen: readonly OutgoingEvent[]) => seen.map(({ event }) => (event.data as { n: number }).n);
const rows = () => database.db.select().from(outbox).orderBy(asc(outbox.seq));

test('an event of a transaction that commits late is published, even after later events', async () => {
  const { seen, publisher } = recorder();
  startRelay(publisher);
  await database.db.transaction(async (tx) => {
    await appendEvent(tx, outbox, { topic: 'things', source: '/test', type: 'Late', aggregateId: 'a', data: { n: 1 } });
    await append('b', 2);
    await vi.waitFor(() => expect(numbers(seen)).toEqual([2]));
  });
  await vi.waitFor(() => expect(numbers(seen)).toEqual([2, 1]));
});

test('several relays publish every event once and keep the order of each aggregate', async () => {
  const { seen, publisher } = recorder();
  for (let n = 0; n < 10; n += 1) await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => append(id, n)));
  for (let i = 0; i < 3; i += 1) startRelay(publisher);
  await vi.waitFor(() => expect(seen).toHaveLength(50), { timeout: 10_000 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    expect(numbers(seen.filter(({ event }) => event.subject === id))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  await vi.waitFor(async () => expect((await rows()).every((row) => row.publishedAt !== null)).toBe(true));
});

test('a bad event becomes dead, blocks only its own aggregate, and is published after a replay', async () => {
  let broken = true;
  const { seen, publisher } = recorder(({ event }) => {
    if (broken && (event.data as { n: number }).n === 1) throw new Error('too large');
  });
  await append('a', 1);
  await append('a', 2);
  await append('b', 3);
  startRelay(publisher);
  await vi.waitFor(async () =>
    expect((await rows())[0]).toMatchObject({ dead: true, attempts: 3, lastError: 'too large' }),
  );
  await vi.waitFor(() => expect(numbers(seen)).toEqual([3]));
  broken = false;
  expect(await replayDead(database.db, outbox)).toBe(1);
  await vi.waitFor(() => expect(numbers(seen)).toEqual([3, 1, 2]));
});

test('an outage of the broker counts against no event, however long it is', async () => {
  let up = false;
  let calls = 0;
  const { seen, publisher } = recorder(() => {
    calls += 1;
    if (!up) throw new PublisherUnavailable('down');
  });
  await append('a', 1);
  startRelay(publisher);
  await vi.waitFor(() => expect(calls).toBeGreaterThan(6));
  up = true;
  await vi.waitFor(() => expect(numbers(seen)).toEqual([1]));
  expect((await rows())[0]).toMatchObject({ attempts: 0, dead: false });
});

test('events that a killed relay had claimed are published by another one when the lease ends', async () => {
  await append('a', 1);
  expect(await claimEvents(database.db, outbox, 10, 60)).toMatchObject({ events: [{ event: { subject: 'a' } }] });
  expect(await claimEvents(database.db, outbox, 10, 60)).toEqual({ events: [], othersWait: true });
  await database.db.update(outbox).set({ nextAttemptAt: sql`now() - interval '1 second'` });
  const { seen, publisher } = recorder();
  startRelay(publisher);
  await vi.waitFor(() => expect(numbers(seen)).toEqual([1]));
});

/** Starts a relay that listens, and that the test notifies. It does not poll an empty outbox. */
function startNotifiedRelay(publisher: EventPublisher, options: Partial<RelayOptions> = {}) {
  let told: ListenHandlers | undefined;
  let stopped = false;
  const listen = (handlers: ListenHandlers) => {
    told = handlers;
    handlers.onListening();
    return { stop: async () => void (stopped = true) };
  };
  const deps = { db: database.db, table: outbox, publisher, logger, registry: new Registry(), listen };
  const relay = createRelay(deps, { ...quick, quietMs: 600_000, ...options });
  relays.push(relay);
  relay.start();
  return {
    relay,
    notify: () => told?.onMessage(''),
    lose: () => told?.onLost?.(new Error('lost')),
    isStopped: () => stopped,
  };
}

/** Counts the statements that are sent from now on. */
function countStatements(): { claims: () => number; all: () => number } {
  const query = vi.spyOn(database.db.$client, 'query');
  onTestFinished(() => query.mockRestore());
  const texts = () => query.mock.calls.map(([statement]) => (statement as unknown as { readonly text: string }).text);
  const count = (part: RegExp) => texts().filter((text) => part.test(text)).length;
  return { claims: () => count(/skip locked/), all: () => count(/skip locked|set published_at/) };
}

test('a relay that is notified publishes an event before its next poll', async () => {
  const { seen, publisher } = recorder();
  const { relay, notify, isStopped } = startNotifiedRelay(publisher, { idleMs: { min: 600_000, max: 600_000 } });
  await append('a', 1);
  notify();
  await vi.waitFor(() => expect(numbers(seen)).toEqual([1]));
  await relay.stop();
  expect(isStopped()).toBe(true);
});

test('while notifications come, each event costs two statements, and an empty outbox none', async () => {
  const statements = countStatements();
  const { publisher } = recorder();
  const { notify } = startNotifiedRelay(publisher);
  await vi.waitFor(() => expect(statements.all()).toBe(1));
  for (const n of [1, 2, 3]) {
    await append('a', n);
    notify();
    await vi.waitFor(async () => expect((await rows()).every((row) => row.publishedAt !== null)).toBe(true));
    expect(statements.all()).toBe(1 + 2 * n);
  }
});

test('a burst of notifications costs one round, not one for each event', async () => {
  const { seen, publisher } = recorder();
  const busy = Promise.withResolvers<void>();
  const slow: EventPublisher = {
    system: 'test',
    publish: async (events) => {
      await busy.promise;
      await publisher.publish(events);
    },
  };
  await append('first', 0);
  const statements = countStatements();
  const { notify } = startNotifiedRelay(slow);
  await vi.waitFor(async () => expect((await rows())[0]?.nextAttemptAt.getTime()).toBeGreaterThan(Date.now()));
  for (let n = 1; n <= 100; n += 1) {
    await append(`order-${n}`, n);
    notify();
  }
  busy.resolve();
  await vi.waitFor(() => expect(seen).toHaveLength(101));
  expect(statements.claims()).toBe(2);
});

test('a relay that has lost its notifications polls', async () => {
  const { seen, publisher } = recorder();
  const { lose } = startNotifiedRelay(publisher);
  lose();
  await append('a', 1);
  await vi.waitFor(() => expect(numbers(seen)).toEqual([1]));
});

test('an event that was refused is tried again after its pause, although nobody notifies', async () => {
  let calls = 0;
  const { seen, publisher } = recorder(() => {
    calls += 1;
    if (calls <= 2) throw new Error('refused');
  });
  await append('a', 1);
  startNotifiedRelay(publisher);
  await vi.waitFor(() => expect(numbers(seen)).toEqual([1]));
});

test('a relay that nobody wakes publishes an event within seconds', async () => {
  const { seen, publisher } = recorder();
  startRelay(publisher, new Registry(), {});
  await append('a', 1);
  await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 3000, interval: 10 });
});

test('metrics show how many events wait, and for how long', async () => {
  const registry = new Registry();
  const id = await append('a', 1);
  await database.db
    .update(outbox)
    .set({ dead: true, occurredAt: sql`now() - interval '100 seconds'` })
    .where(eq(outbox.id, id));
  await append('b', 2);
  const { publisher } = recorder(() => {
    throw new PublisherUnavailable('down');
  });
  startRelay(publisher, registry);
  const text = await registry.metrics();
  expect(text).toContain('outbox_unpublished 2');
  expect(text).toContain('outbox_dead 1');
  expect(text).toMatch(/outbox_oldest_age_seconds 0/);
});

test.each<[string, () => Promise<number>]>([
  ['resent', () => resendPublished(database.db, outbox, 1)],
  ['replayed', () => replayDead(database.db, outbox)],
])('an event of last week that is %s waits from then on, and beside it an older one as before', async (how, again) => {
  const id = await append('a', 1);
  const state = how === 'resent' ? { publishedAt: sql`now()` } : { dead: true };
  const lastWeek = sql`now() - interval '7 days'`;
  await database.db
    .update(outbox)
    .set({ ...state, occurredAt: lastWeek })
    .where(eq(outbox.id, id));
  expect(await again()).toBe(1);
  const now = await outboxStats(database.db, outbox);
  expect(now.unpublished).toBe(1);
  expect(now.oldestAgeSeconds).toBeLessThan(3600);
  const { seen, publisher } = recorder();
  const waiting = await append('b', 2);
  await database.db
    .update(outbox)
    .set({ occurredAt: sql`now() - interval '2 hours'` })
    .where(eq(outbox.id, waiting));
  expect((await outboxStats(database.db, outbox)).oldestAgeSeconds).toBeGreaterThan(3600);
  startRelay(publisher, new Registry(), {});
  await vi.waitFor(() => expect(seen).toHaveLength(2));
  // What is told of it is when it happened.
  const [first] = await rows();
  expect(Date.now() - (first?.occurredAt.getTime() ?? 0)).toBeGreaterThan(6 * 86_400_000);
});

test('published events are deleted after their days, waiting ones never', async () => {
  const old = await append('a', 1);
  await append('b', 2);
  await database.db
    .update(outbox)
    .set({ publishedAt: sql`now() - interval '10 days'` })
    .where(eq(outbox.id, old));
  expect(await forgetPublished(database.db, outbox, 7)).toBe(1);
  expect(await rows()).toHaveLength(1);
});
