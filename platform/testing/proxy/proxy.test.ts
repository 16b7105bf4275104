import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createControl } from './control.ts';
import { openProxy, type Proxy } from './proxy.ts';

let echo: Server;
let proxy: Proxy;
const served = new Set<Socket>();
const opened = new Set<Socket>();

beforeEach(async () => {
  echo = createServer((socket) => {
    served.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => served.delete(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const target = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
  proxy = await openProxy({ name: 'echo', listen: '127.0.0.1:0', target });
});

afterEach(async () => {
  for (const socket of [...opened, ...served]) socket.destroy();
  opened.clear();
  await proxy.close();
  echo.close();
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  opened.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function echoed(socket: Socket, text: string, length = text.length): Promise<string> {
  let heard = '';
  socket.write(text);
  while (heard.length < length) heard += String((await once(socket, 'data'))[0]);
  return heard;
}

async function isSilent(socket: Socket, ms: number): Promise<boolean> {
  const heard = Promise.withResolvers<boolean>();
  socket.once('data', () => heard.resolve(false));
  socket.once('close', () => heard.resolve(false));
  setTimeout(() => heard.resolve(true), ms);
  return heard.promise;
}

const closedBy = async (socket: Socket): Promise<unknown> => {
  const error = once(socket, 'error').then(([reason]) => (reason as NodeJS.ErrnoException).code);
  const end = once(socket, 'close').then(() => 'closed');
  return Promise.race([error, end]);
};

test('pass: everything arrives in order, and when one side closes, the other does too', async () => {
  const socket = await dial();
  const long = 'abcdefghij'.repeat(100_000);
  expect(await echoed(socket, long)).toBe(long);
  const ended = once(socket, 'close');
  socket.end();
  await ended;
  await expect.poll(() => [served.size, proxy.connections()]).toEqual([0, 0]);
});

test('reset: open connections and new ones end with RST; afterwards new ones work', async () => {
  const socket = await dial();
  await echoed(socket, 'before');
  const end = closedBy(socket);
  proxy.set({ mode: 'reset' });
  expect(await end).toBe('ECONNRESET');
  const next = connect(proxy.port, '127.0.0.1');
  opened.add(next);
  expect(await closedBy(next)).toBe('ECONNRESET');
  proxy.set({ mode: 'pass' });
  expect(await echoed(await dial(), 'after')).toBe('after');
});

test('blackhole: old and new connections lose their data, neither end is told, and they stay dead afterwards', async () => {
  const old = await dial();
  await echoed(old, 'before');
  proxy.set({ mode: 'blackhole' });
  const fresh = await dial();
  old.write('lost');
  fresh.write('lost');
  expect(await Promise.all([isSilent(old, 100), isSilent(fresh, 100)])).toEqual([true, true]);
  old.destroy();
  await once(old, 'close');
  expect(served.size).toBe(2);
  proxy.set({ mode: 'pass' });
  await expect.poll(() => served.size).toBe(1);
  fresh.write('still lost');
  expect(await isSilent(fresh, 100)).toBe(true);
  expect(await echoed(await dial(), 'after')).toBe('after');
});

test('latency: data is delayed in one direction or both, and keeps its order', async () => {
  const socket = await dial();
  proxy.set({ mode: 'latency', ms: 60, jitterMs: 50 });
  const began = performance.now();
  const parts = Array.from({ length: 20 }, (_, index) => `part ${index};`);
  const all = `${parts.join('')}.`;
  for (const part of parts) socket.write(part);
  expect(await echoed(socket, '.', all.length)).toBe(all);
  expect(performance.now() - began).toBeGreaterThan(20);
  proxy.set({ mode: 'latency', ms: 80, jitterMs: 0, only: 'down' });
  const again = performance.now();
  await echoed(socket, 'x');
  expect(performance.now() - again).toBeGreaterThan(75);
});

test('cut: the given number of bytes comes down and no more', async () => {
  const socket = await dial();
  proxy.set({ mode: 'cut', bytes: 10 });
  expect(await echoed(socket, '0123456789')).toBe('0123456789');
  const end = closedBy(socket);
  socket.write('x');
  expect(await end).toBe('ECONNRESET');
});

test('the control lists proxies, sets faults, and refuses unknown ones', async () => {
  const control = createControl([proxy]).listen(0, '127.0.0.1');
  await once(control, 'listening');
  const base = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  const put = (name: string, body: unknown) =>
    fetch(`${base}/proxies/${name}`, { method: 'PUT', body: JSON.stringify(body) }).then(({ status }) => status);
  expect(await put('echo', { mode: 'latency', ms: 5 })).toBe(204);
  expect(await put('echo', { mode: 'sideways' })).toBe(400);
  expect(await put('nobody', { mode: 'pass' })).toBe(404);
  expect((await fetch(`${base}/ready`)).status).toBe(200);
  expect(await (await fetch(`${base}/proxies`)).json()).toEqual([
    { name: 'echo', port: proxy.port, fault: { mode: 'latency', ms: 5, jitterMs: 0 }, connections: 0 },
  ]);
  control.close();
});
