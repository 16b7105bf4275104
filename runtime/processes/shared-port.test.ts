import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSharedPort, type SharedPort, type Taker } from './shared-port.ts';

const patience = { timeout: 10_000, interval: 10 };
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** A process that takes what it is handed, at once or from `begin` on. `got` tells whether each was still open. */
function createTaker(port: SharedPort, { takes = true } = {}) {
  const got: boolean[] = [];
  let isTaking = takes;
  const take = (): void => void setImmediate(() => port.taken(taker));
  const taker: Taker = {
    hand: (socket) => {
      got.push(!socket.destroyed);
      if (isTaking) take();
    },
  };
  const begin = (): void => {
    isTaking = true;
    take();
  };
  return { taker, got, begin };
}

async function connectTo(url: string, count = 1): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  });
  clients.push(...sockets);
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

const total = (takers: readonly { readonly got: readonly boolean[] }[]) =>
  takers.reduce((sum, { got }) => sum + got.length, 0);

test('connections are spread evenly over the processes, also those that come at once', async () => {
  const port = createSharedPort();
  const takers = [createTaker(port), createTaker(port), createTaker(port)];
  const [url = ''] = await Promise.all(takers.map(({ taker }) => port.join(taker, '127.0.0.1', 0)));
  await connectTo(url, 30);
  await expect.poll(() => total(takers), patience).toBe(30);
  expect(takers.map(({ got }) => got.length)).toEqual([10, 10, 10]);
});

test('the process with the fewest open connections gets the next one', async () => {
  const port = createSharedPort();
  const [one, other] = [createTaker(port), createTaker(port)];
  const url = await port.join(one.taker, '127.0.0.1', 0);
  await connectTo(url, 4);
  await expect.poll(() => one.got.length, patience).toBe(4);
  await port.join(other.taker, '127.0.0.1', 0);
  await connectTo(url, 4);
  await expect.poll(() => other.got.length, patience).toBe(4);
  for (let count = 0; count < 2; count++) port.ended(one.taker);
  await connectTo(url, 2);
  await expect.poll(() => one.got.length, patience).toBe(6);
  expect(other.got).toHaveLength(4);
});

test('what a process has not taken when it dies goes to another one', async () => {
  const port = createSharedPort();
  const dying = createTaker(port, { takes: false });
  const url = await port.join(dying.taker, '127.0.0.1', 0);
  await connectTo(url, 3);
  await expect.poll(() => dying.got.length, patience).toBe(1);
  const heir = createTaker(port);
  await port.join(heir.taker, '127.0.0.1', 0);
  port.gone(dying.taker);
  await expect.poll(() => heir.got.length, patience).toBe(3);
  expect(heir.got).toEqual([true, true, true]);
});

test('while every process is down, connections wait for the next one', async () => {
  const port = createSharedPort();
  const first = createTaker(port);
  const url = await port.join(first.taker, '127.0.0.1', 0);
  port.gone(first.taker);
  await connectTo(url, 5);
  const next = createTaker(port);
  await port.join(next.taker, '127.0.0.1', 0);
  await expect.poll(() => next.got.length, patience).toBe(5);
});

test('a process that does not answer keeps one connection waiting, and the others go on', async () => {
  const port = createSharedPort();
  const [frozen, awake] = [createTaker(port, { takes: false }), createTaker(port)];
  const [url = ''] = await Promise.all([frozen, awake].map(({ taker }) => port.join(taker, '127.0.0.1', 0)));
  await connectTo(url, 12);
  await expect.poll(() => total([frozen, awake]), patience).toBe(12);
  expect(frozen.got).toHaveLength(1);
});

test('a connection that could not be sent goes to another process', async () => {
  const port = createSharedPort();
  const good = createTaker(port);
  const broken: Taker = { hand: (_, onFailed) => setImmediate(onFailed) };
  const url = await port.join(broken, '127.0.0.1', 0);
  await port.join(good.taker, '127.0.0.1', 0);
  await connectTo(url);
  await expect.poll(() => good.got, patience).toEqual([true]);
});

test('a process that leaves gets nothing more, and the port stays open', async () => {
  const port = createSharedPort();
  const [leaving, staying] = [createTaker(port), createTaker(port)];
  const [url = ''] = await Promise.all([leaving, staying].map(({ taker }) => port.join(taker, '127.0.0.1', 0)));
  await port.leave(leaving.taker);
  await connectTo(url, 4);
  await expect.poll(() => staying.got.length, patience).toBe(4);
  expect(leaving.got).toEqual([]);
});

test('when all stop, the last process to leave gets every connection that waits, and then the port is closed', async () => {
  const port = createSharedPort();
  const [first, last] = [createTaker(port, { takes: false }), createTaker(port, { takes: false })];
  const [url = ''] = await Promise.all([first, last].map(({ taker }) => port.join(taker, '127.0.0.1', 0)));
  await connectTo(url, 8);
  await expect.poll(() => total([first, last]), patience).toBe(2);
  port.stopping();
  const left = [port.leave(first.taker), port.leave(last.taker)];
  first.begin();
  await left[0];
  last.begin();
  await left[1];
  expect([first.got.length, last.got.length]).toEqual([1, 7]);
  const late = connect(Number(new URL(url).port), '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('a port that is taken is an error for each process that wants it', async () => {
  const [busy, port] = [createSharedPort(), createSharedPort()];
  const url = await busy.join(createTaker(busy).taker, '127.0.0.1', 0);
  const want = () => port.join(createTaker(port).taker, '127.0.0.1', Number(new URL(url).port));
  await expect(want()).rejects.toThrow('EADDRINUSE');
  await expect(want()).rejects.toThrow('EADDRINUSE');
});
