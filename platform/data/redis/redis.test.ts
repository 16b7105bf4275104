import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { openProxy } from '../../testing/proxy/proxy.ts';
import { openRedis, type RedisHandle } from './redis.ts';

const logger = pino({ level: 'silent' });
const url = process.env.REDIS_URL ?? '';
const opened: { readonly close: () => unknown }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function open(address: string, registry = new Registry()): RedisHandle {
  const handle = openRedis({ url: address, logger, registry });
  opened.push(handle);
  return handle;
}

/** A server that accepts connections and never answers, on `port` or on any free port. */
function mute(port = 0): Promise<{ readonly server: Server; readonly port: number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port })),
  );
}

test('an answer of Redis is passed on', async () => {
  const registry = new Registry();
  const { redis, check } = open(url, registry);
  await vi.waitFor(() => expect(redis.status).toBe('ready'));
  await check();
  expect(await redis.echo('hello')).toBe('hello');
  expect(await registry.metrics()).toMatch(/^redis_connected 1$[^]*^redis_failures_total 0$/m);
});

test('commands fail at once if nothing listens at the address', async () => {
  const { server, port } = await mute();
  await new Promise((resolve) => server.close(resolve));
  const { redis, check } = open(`redis://127.0.0.1:${port}`);
  const started = performance.now();
  await expect(redis.get('key')).rejects.toThrow(/./);
  expect(performance.now() - started).toBeLessThan(100);
  await expect(check()).rejects.toThrow(/writ|connect|closed/i);
});

test('a Redis that accepts connections and never answers delays no caller longer than the timeout', async () => {
  const { port } = await mute();
  const { redis } = open(`redis://127.0.0.1:${port}`);
  const started = performance.now();
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => redis.get('key')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(performance.now() - started).toBeLessThan(1000);
});

test('a Redis that stops answering delays a few callers by the timeout, and is used again once it answers', async () => {
  const proxy = await openProxy({ name: 'redis', listen: '127.0.0.1:0', target: new URL(url).host });
  opened.push(proxy);
  const { redis } = open(`redis://127.0.0.1:${proxy.port}`);
  await vi.waitFor(() => expect(redis.status).toBe('ready'));
  proxy.set({ mode: 'blackhole' });
  const slow: number[] = [];
  for (let call = 0; call < 50; call++) {
    const started = performance.now();
    await expect(redis.get('key')).rejects.toThrow(/./);
    slow.push(performance.now() - started);
  }
  expect(slow.filter((ms) => ms > 100).length).toBeLessThanOrEqual(5);
  proxy.set({ mode: 'pass' });
  await vi.waitFor(async () => expect(await redis.echo('again')).toBe('again'), { timeout: 10_000 });
}, 20_000);
