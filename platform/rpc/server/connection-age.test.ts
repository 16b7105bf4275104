import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createClients } from '../clients/clients.ts';
import { createFixture, type Fixture } from '../../testing/fixture.ts';
import { createTestRpc } from '../../testing/rpc.ts';
import { h2cListener } from './listeners.ts';
import { createTestAuth } from '../../testing/tokens.ts';
import { createLogger } from '../../telemetry/logger.ts';

const userId = crypto.randomUUID();
const auth = await createTestAuth();
const headers = { authorization: `Bearer ${await auth.tokenOf({ userId })}` };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Replica {
  readonly fixture: Fixture;
  readonly http: string;
  readonly grpc: string;
}

async function replica(maxConnectionAgeSeconds: number): Promise<Replica> {
  const fixture = createFixture();
  const { server } = await createTestRpc([fixture.service], { auth, limits: { maxConnectionAgeSeconds } });
  closers.push(() => server.stop());
  const { http, grpc = '' } = await server.start();
  return { fixture, http, grpc };
}

/** Like a ClusterIP: each new connection goes to the next replica. */
async function balancer(replicas: readonly Replica[]): Promise<{ readonly url: string; readonly taken: () => number }> {
  let taken = 0;
  const server = createServer((from) => {
    const { hostname, port } = new URL(replicas[taken++ % replicas.length]?.grpc ?? '');
    const to = connect(Number(port), hostname);
    from.once('error', () => to.destroy()).pipe(to);
    to.once('error', () => from.destroy()).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, taken: () => taken };
}

/** A client of HTTP/1.1 that keeps its connection. */
function keptConnection(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closers.push(() => agent.destroy());
  let opened = 0;
  const read = async (): Promise<number | undefined> => {
    const request = get(`${url}/api/v1/products/${userId}`, { agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (!request.reusedSocket) opened++;
    await once(response.resume(), 'end');
    return response.statusCode;
  };
  return { read, opened: () => opened };
}

/** A connection on which data to the client can be held back. Data from the client always passes. */
async function pausableConnection(url: string) {
  const { hostname, port } = new URL(url);
  let there: Socket | undefined;
  let held: Buffer[] | undefined;
  const fromServer = new EventEmitter<{ data: [] }>();
  const server = createServer((from) => {
    const to = connect(Number(port), hostname);
    there = from;
    from.once('error', () => to.destroy()).pipe(to);
    to.once('error', () => from.destroy()).on('data', (data) => {
      if (held === undefined) from.write(data);
      else held.push(data);
      fromServer.emit('data');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const here = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${here.port}`,
    pause: () => {
      held = [];
    },
    resume: () => {
      for (const data of held ?? []) there?.write(data);
      held = undefined;
    },
    /** Resolves when the client sends data. */
    nextData: async () => there && once(there, 'data'),
    /** Resolves when the server sends data. */
    nextAnswer: () => once(fromServer, 'data'),
  };
}

/** Clients as our services use them. */
function clientsOf(url: string) {
  const clients = createClients({
    addressesOf: () => [url],
    logger: createLogger({ role: 'test', level: 'silent' }),
    timeoutMs: 10_000,
  });
  closers.push(clients.close);
  return { wallets: clients.connect(WalletService), checkouts: clients.connect(CheckoutService) };
}

const ageSeconds = 0.1;

test('with connections that end by age, one client’s calls reach every replica, and none of them fails', async () => {
  const replicas = await Promise.all([replica(ageSeconds), replica(ageSeconds)]);
  const { url, taken } = await balancer(replicas);
  const { wallets } = clientsOf(url);
  let answered = 0;
  const callers = Array.from({ length: 16 }, async (_, caller) => {
    while (taken() < 12) {
      const amount = { currencyCode: 'USD', minorUnits: 1n };
      if (caller % 2 === 0) await wallets.getWallet({}, { headers });
      else await wallets.topUp({ requestId: crypto.randomUUID(), amount }, { headers });
      answered++;
    }
  });
  await Promise.all(callers);
  // Equal, so no write was done twice.
  expect(answered).toBe(replicas.reduce((sum, { fixture }) => sum + fixture.calls.length, 0));
  for (const { fixture } of replicas) expect(fixture.calls.length).toBeGreaterThan(10);
});

test('a client of HTTP/1.1 that keeps its connection opens another one at its age, and no call fails', async () => {
  const { http } = await replica(ageSeconds);
  const { read, opened } = keptConnection(http);
  const answers: unknown[] = [];
  while (opened() < 3) answers.push(await read());
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(answers.length).toBeGreaterThan(10);
});

test('a call and a stream that last longer than the age of their connection end normally', async () => {
  const one = await replica(ageSeconds);
  const { url, taken } = await balancer([one]);
  const { wallets, checkouts } = clientsOf(url);
  const release = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  one.fixture.onGetWallet = () => {
    entered.resolve();
    return release.promise;
  };
  one.fixture.onWatch = (_, index) => (index === 0 ? Promise.resolve() : release.promise);
  const waiting = wallets.getWallet({}, { headers });
  const watched = (async () => {
    const states = [];
    for await (const { checkout } of checkouts.watchCheckout({ orderId: userId }, { headers }))
      states.push(checkout?.state);
    return states;
  })();
  await entered.promise;
  one.fixture.onGetWallet = () => Promise.resolve();
  while (taken() < 3) await wallets.getWallet({}, { headers });
  release.resolve();
  expect((await waiting).wallet?.walletId).toBe(userId);
  expect(await watched).toHaveLength(2);
});

test('a call that is on its way while the server retires its idle connection is answered', async () => {
  const listener = h2cListener((_, response) => void response.end());
  const connection = await pausableConnection(await listener.open('127.0.0.1', 0));
  closers.push(listener.close);
  const session = connectHttp2(connection.url);
  await once(session, 'localSettings');
  connection.pause();
  listener.retire();
  const sent = connection.nextData();
  const call = session.request({ ':path': '/' });
  const answer = once(call.resume(), 'response');
  await sent;
  connection.resume();
  expect((await answer)[0]).toMatchObject({ ':status': 200 });
  session.close();
});

describe('a listener that closes', () => {
  // Connections that stay silent are closed after a time, which here does not pass by itself.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('answers a call that is on its way on a connection that was opened after the notice', async () => {
    const listener = h2cListener((_, response) => void response.end());
    const connection = await pausableConnection(await listener.open('127.0.0.1', 0));
    listener.retire();
    const session = connectHttp2(connection.url).on('error', () => undefined);
    await once(session, 'localSettings');
    connection.pause();
    const told = connection.nextAnswer();
    const closed = listener.close();
    await told;
    const sent = connection.nextData();
    const call = session.request({ ':path': '/' });
    const answer = Promise.race([once(call.resume(), 'response'), once(call, 'close')]);
    await sent;
    connection.resume();
    expect((await answer)[0]).toMatchObject({ ':status': 200 });
    await closed;
  });

  test('does not wait for a client that never answers', async () => {
    const listener = h2cListener((_, response) => void response.end());
    const { hostname, port } = new URL(await listener.open('127.0.0.1', 0));
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.resume();
    const closed = listener.close();
    await vi.waitFor(() => {
      vi.advanceTimersByTime(500);
      expect(socket.closed).toBe(true);
    });
    await closed;
  });
});

test('an idle connection is closed too, and the next call takes a new one', async () => {
  const one = await replica(ageSeconds);
  const { url, taken } = await balancer([one]);
  const { wallets } = clientsOf(url);
  await wallets.getWallet({}, { headers });
  // Ages vary by a tenth: two of the shortest are longer than one of the longest.
  for (const _ of [1, 2]) await once(connectHttp2(one.grpc), 'close');
  expect((await wallets.getWallet({}, { headers })).wallet?.walletId).toBe(userId);
  expect(taken()).toBe(2);
});

test('without a longest age connections stay open', async () => {
  const one = await replica(0);
  const { url, taken } = await balancer([one]);
  const { wallets } = clientsOf(url);
  const aged = await replica(ageSeconds);
  const { read, opened } = keptConnection(one.http);
  await wallets.getWallet({}, { headers });
  await read();
  await once(connectHttp2(aged.grpc), 'close');
  await wallets.getWallet({}, { headers });
  await read();
  expect([taken(), opened()]).toEqual([1, 1]);
});
