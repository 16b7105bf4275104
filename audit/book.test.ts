import { Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testDatabaseUrl } from '../platform/testing/database.ts';
import { openProxy, type Proxy } from '../platform/testing/proxy/proxy.ts';
import { perBook, withBooks } from './book.ts';

let proxy: Proxy;
let url: URL;

beforeEach(async () => {
  url = new URL(testDatabaseUrl());
  proxy = await openProxy({ name: 'postgres', listen: '127.0.0.1:0', target: url.host });
  url.port = String(proxy.port);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy.close();
});

const urls = () => perBook(() => url.href);

test('an audit whose database falls silent ends with an error that names the database', async () => {
  const audit = withBooks(
    urls(),
    async ({ wallet }) => {
      proxy.set({ mode: 'blackhole' });
      return wallet.rows('select 1');
    },
    { everyMs: 20, withinMs: 300 },
  );
  await expect(audit).rejects.toMatchObject({
    message: `the database at ${url.host} gives no sign of life`,
    code: 'ETIMEDOUT',
    port: proxy.port,
  });
});

test('a database that falls silent while the books are being opened ends the audit, too', async () => {
  proxy.set({ mode: 'latency', ms: 20, jitterMs: 0 });
  const beat = { everyMs: 20, withinMs: 1 };
  const audit = withBooks(urls(), ({ wallet }) => wallet.rows('select 1'), beat);
  await expect(audit).rejects.toThrow('gives no sign of life');
});

test('while a statement takes long, the database is asked for signs of life, and the statement goes on', async () => {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const asked = () => query.mock.calls.filter(([statement]) => statement === 'select 1').length;
  const rows = await withBooks(
    urls(),
    async ({ wallet }) => {
      const answer = await wallet.rows(`select 'done' as state from pg_sleep(0.3)`);
      await vi.waitFor(() => expect(asked()).toBeGreaterThan(3), { timeout: 20_000 });
      return answer;
    },
    { everyMs: 10, withinMs: 20_000 },
  );
  expect(rows).toEqual([{ state: 'done' }]);
});

test('both ends notice that the other has vanished', async () => {
  const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
  const shown = await withBooks(urls(), async ({ wallet }) => {
    const settings = ['client_connection_check_interval', 'tcp_keepalives_idle', 'tcp_keepalives_interval'];
    const rows = [];
    for (const name of [...settings, 'tcp_keepalives_count']) rows.push(...(await wallet.rows(`show ${name}`)));
    return rows;
  });
  expect(shown).toEqual([
    { client_connection_check_interval: '10s' },
    { tcp_keepalives_idle: '10' },
    { tcp_keepalives_interval: '10' },
    { tcp_keepalives_count: '3' },
  ]);
  // One connection reads, one asks for signs of life.
  expect(keepAlive.mock.calls).toEqual([
    [true, 10_000],
    [true, 10_000],
  ]);
});
