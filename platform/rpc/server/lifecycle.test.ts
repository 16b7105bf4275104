import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture, type Fixture } from '../../testing/fixture.ts';
import { rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const id = crypto.randomUUID();
let fixture: Fixture;
let rpc: TestRpc;
let urls: { http: string; grpc?: string };
let headers: { authorization: string };

async function open(limits = {}): Promise<void> {
  fixture = createFixture();
  rpc = await createTestRpc([fixture.service], { limits });
  urls = await rpc.server.start();
  headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
}

beforeEach(() => open());
afterEach(() => rpc.server.stop());

/** Makes `GetWallet` wait until `release`. `entered` resolves when a call waits. */
function blockGetWallet() {
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  fixture.onGetWallet = () => {
    entered.resolve();
    return release.promise;
  };
  return { entered: entered.promise, release: release.resolve };
}

const grpc = () => createGrpcTransport({ baseUrl: urls.grpc ?? '' });

async function refused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

test('calls in flight are answered while the server stops; new ones are refused', async () => {
  const blocked = blockGetWallet();
  const byRest = rest(urls.http, 'GET /api/v1/wallet', { headers });
  await blocked.entered;
  const byGrpc = createClient(WalletService, grpc()).getWallet({}, { headers });
  await vi.waitUntil(() => fixture.calls.length === 2);
  const stopped = rpc.server.stop();
  await vi.waitUntil(() => refused(urls.http));
  blocked.release();
  expect((await byRest).status).toBe(200);
  expect((await byRest).headers.get('connection')).not.toBe('keep-alive');
  expect((await byGrpc).wallet?.walletId).toBe(id);
  await stopped;
});

test('idle connections of both listeners are closed at once', async () => {
  const agent = new Agent({ keepAlive: true });
  const request = get(`${urls.http}/health`, { agent });
  const [response]: [IncomingMessage] = await new Promise((resolve) =>
    request.once('response', (got) => resolve([got])),
  );
  response.resume();
  await once(response, 'end');
  const session = connectHttp2(urls.grpc ?? '');
  await once(session, 'connect');
  const goaway = once(session, 'goaway');
  await rpc.server.stop();
  expect(await goaway).toBeDefined();
  // The client notices it a moment later.
  await vi.waitUntil(() => request.socket?.destroyed === true);
  agent.destroy();
  session.destroy();
});

test('open streams end with unavailable, so that their clients connect to another process', async () => {
  const watching = Promise.withResolvers<void>();
  fixture.onWatch = (context, index) => {
    if (index === 0) return Promise.resolve();
    watching.resolve();
    return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve()));
  };
  const watch = async () => {
    for await (const _ of createClient(CheckoutService, grpc()).watchCheckout({ orderId: id }, { headers })) continue;
  };
  const ended = watch().catch((error: unknown) => Code[ConnectError.from(error).code]);
  await watching.promise;
  await rpc.server.stop();
  expect(await ended).toBe('Unavailable');
});

test('calls that do not end are cut after the drain', async () => {
  await rpc.server.stop();
  await open({ drainSeconds: 0.05 });
  const blocked = blockGetWallet();
  const call = rest(urls.http, 'GET /api/v1/wallet', { headers }).then(
    ({ status }) => String(status),
    () => 'cut',
  );
  await blocked.entered;
  await rpc.server.stop();
  expect(await call).toMatch(/^(?:cut|503)$/);
  blocked.release();
});

test('/ready follows the services’ checks, /health does not', async () => {
  expect(await rest(urls.http, 'GET /ready')).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { 'wallet.database': 'ok' } },
  });
  fixture.ready = false;
  await vi.waitUntil(async () => (await rest(urls.http, 'GET /ready')).status === 503, 5000);
  expect(await rest(urls.http, 'GET /health')).toMatchObject({
    status: 200,
    json: { status: 'healthy', service: 'wallet-service', timestamp: expect.any(Number) },
  });
});

test('with unreadySeconds it is unready at first and still serves', async () => {
  await rpc.server.stop();
  await open({ unreadySeconds: 0.3 });
  await rest(urls.http, 'GET /ready');
  const stopped = rpc.server.stop();
  const [ready, wallet] = await Promise.all([
    rest(urls.http, 'GET /ready'),
    rest(urls.http, 'GET /api/v1/wallet', { headers }),
  ]);
  expect([ready.status, wallet.status]).toEqual([503, 200]);
  await stopped;
});

test('while it retires, both listeners answer calls and ask for another connection', async () => {
  await rpc.server.stop();
  await open({ unreadySeconds: 0.5 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answer = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(`${urls.http}/api/v1/wallet`, { agent, headers }, resolve).once('error', reject);
    const response = await promise;
    await once(response.resume(), 'end');
    return `${response.statusCode} ${response.headers.connection}`;
  };
  const wallets = createClient(WalletService, grpc());
  await wallets.getWallet({}, { headers });
  const session = connectHttp2(urls.grpc ?? '');
  await once(session, 'connect');
  const goaway = once(session, 'goaway');
  expect(await answer()).toBe('200 keep-alive');
  const retired = rpc.server.retire();
  expect((await goaway)[0]).toBe(0);
  expect(await answer()).toBe('200 close');
  expect((await wallets.getWallet({}, { headers })).wallet?.walletId).toBe(id);
  await retired;
  await rpc.server.stop();
  agent.destroy();
  session.destroy();
});

test('a connection that never sent anything does not delay the stop', async () => {
  const { hostname, port } = new URL(urls.http);
  const socket = connectTcp(Number(port), hostname);
  await once(socket, 'connect');
  const ended = once(socket.resume(), 'close');
  await rest(urls.http, 'GET /health');
  await rpc.server.stop();
  expect(await ended).toBeDefined();
});
