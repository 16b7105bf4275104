import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openProxy } from '../../testing/proxy/proxy.ts';
import { createTestDatabase, testDatabaseUrl, type TestDatabase } from '../../testing/database.ts';
import { createListening, type ChannelListener } from './listen.ts';

let database: TestDatabase;
let listener: ChannelListener;
const heard: string[] = [];
let listening = 0;

beforeAll(async () => {
  database = await createTestDatabase('order', 'orders');
  listener = database.listen('news', {
    onMessage: (payload) => heard.push(payload),
    onListening: () => (listening += 1),
  });
  await vi.waitUntil(() => listening > 0);
});
afterAll(async () => {
  await listener.stop();
  await database.close();
});

const notify = (payload: string) => database.db.execute(sql`select pg_notify('news', ${payload})`);

test('notifications of the channel are received, heartbeats are not', async () => {
  await notify('one');
  await vi.waitFor(() => expect(heard).toEqual(['one']));
});

test('all channels share one connection, and each listener hears its channel only', async () => {
  const other: string[] = [];
  const ready = Promise.withResolvers<void>();
  const second = database.listen('other news', {
    onMessage: (payload) => other.push(payload),
    onListening: ready.resolve,
  });
  await ready.promise;
  await database.db.execute(sql`select pg_notify('other news', 'apart')`);
  await vi.waitFor(() => expect(other).toEqual(['apart']));
  expect(heard).not.toContain('apart');
  const { rows } = await database.db.execute(sql`
    select pid from pg_stat_activity where datname = current_database() and application_name like '%-listen'`);
  expect(rows).toHaveLength(1);
  await second.stop();
});

test('listening starts again after its connection is cut, and reports it', async () => {
  await database.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like '%-listen'`);
  await vi.waitFor(() => expect(listening).toBeGreaterThan(1), { timeout: 15_000 });
  await notify('two');
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
});

test('listening starts again after its connection is silently lost', async () => {
  const url = new URL(testDatabaseUrl());
  const proxy = await openProxy({ name: 'postgres', listen: '127.0.0.1:0', target: url.host });
  url.host = `127.0.0.1:${proxy.port}`;
  let begun = 0;
  const handlers = { onMessage: () => undefined, onListening: () => (begun += 1) };
  const lost = createListening(url.href, 'lost-test', 1000).listen('no-news', handlers);
  await vi.waitFor(() => expect(begun).toBe(1), { timeout: 10_000 });
  proxy.set({ mode: 'blackhole' });
  await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(1), { timeout: 25_000 });
  proxy.set({ mode: 'pass' });
  await vi.waitFor(() => expect(begun).toBe(2), { timeout: 25_000 });
  await lost.stop();
  await proxy.close();
}, 60_000);
