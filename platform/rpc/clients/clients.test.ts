import { timestampNow } from '@bufbuild/protobuf/wkt';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService, HoldState } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { AppError, failedPrecondition } from '../../errors/app-error.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { inRequest, withLimits } from '../../telemetry/request-context.ts';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';
import { createClients, type Clients } from './clients.ts';

const id = crypto.randomUUID();
const logger = createLogger({ role: 'test', level: 'silent' });
const fixture = createFixture();
let rpc: TestRpc;
let grpcUrl: string;

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service]);
  grpcUrl = (await rpc.server.start()).grpc ?? '';
});

afterAll(() => rpc.server.stop());

function remote(address: string | readonly string[], timeoutMs?: number): Clients {
  const replicas = typeof address === 'string' ? [address] : address;
  return createClients({ addressesOf: () => replicas, logger, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

function local(): Clients {
  const clients = createClients({ logger });
  clients.host(rpc.server.endpoints);
  return clients;
}

async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError
    ? `${error.code} ${error.reason} ${error.kind}`
    : `not an AppError: ${String(error)}`;
}

const hold = () => ({
  orderId: id,
  userId: id,
  amount: { currencyCode: 'USD', minorUnits: 1n },
  ttlSeconds: 9,
  captureDeadline: timestampNow(),
});

describe.each([
  ['in memory', () => local()],
  ['over h2c', () => remote(grpcUrl)],
])('%s', (_, make) => {
  let clients: Clients;
  beforeEach(() => {
    fixture.onGetWallet = () => Promise.resolve();
    clients = make();
  });
  afterEach(() => clients.close());

  test('an internal service is called with a token for that method', async () => {
    const funds = clients.connect(FundsService, { as: rpc.auth.serviceKeys.signer('worker') });
    expect((await funds.hold(hold())).state).toBe(HoldState.HELD);
  });

  test('a refused service token is an internal error, not unauthenticated', async () => {
    const funds = clients.connect(FundsService, { as: rpc.auth.serviceKeys.signer('cart') });
    expect(await refusal(funds.hold(hold()))).toBe('internal SERVICE_CALL_REFUSED transient');
    expect(await refusal(clients.connect(FundsService).hold(hold()))).toBe('unauthenticated TOKEN_INVALID definitive');
  });

  test('a user’s call carries the user’s token and the request id', async () => {
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const wallet = clients.connect(WalletService);
    const answer = await inRequest({ requestId: 'request-12345' }, () => wallet.getWallet({}, { headers }));
    expect(answer.wallet?.walletId).toBe(id);
    expect(fixture.calls.at(-1)?.context.requestHeader.get('x-request-id')).toBe('request-12345');
  });

  test('the other service’s refusals arrive as they were thrown', async () => {
    fixture.onGetWallet = () => Promise.reject(failedPrecondition('OUT_OF_STOCK', 'gone'));
    const requestHeader = new Headers({ authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` });
    const call = clients.connect(WalletService).getWallet({}, { headers: requestHeader });
    expect(await refusal(call)).toBe('failed_precondition OUT_OF_STOCK definitive');
  });

  test('a call ends after its timeout with an unknown outcome', async () => {
    fixture.onGetWallet = async ({ signal }) => void (await once(signal, 'abort'));
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const call = clients.connect(WalletService, { timeoutMs: 60 }).getWallet({}, { headers });
    expect(await refusal(call)).toBe('deadline_exceeded DEADLINE_EXCEEDED unknown');
  });

  test('a nested call has no more time than its outer call has left', async () => {
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const wallet = clients.connect(WalletService);
    const left: number[] = [];
    fixture.onGetWallet = async (context) => {
      const mine = context.timeoutMs() ?? Number.POSITIVE_INFINITY;
      left.push(mine);
      await vi.waitUntil(() => (context.timeoutMs() ?? mine) < mine - 200);
      if (left.length < 3) await wallet.getWallet({}, { headers });
    };
    await wallet.getWallet({}, { headers, timeoutMs: 2500 });
    expect(left).toHaveLength(3);
    expect(left[0]).toBeLessThanOrEqual(2500);
    for (const [index, ms] of left.slice(1).entries()) expect(ms).toBeLessThan((left[index] ?? 0) - 100);
  });

  test('a nested call is not sent if its outer call has no time left: it certainly did not happen', async () => {
    const limits = { deadlineMs: performance.now() - 1, signal: AbortSignal.abort(), urgent: false };
    const before = fixture.calls.length;
    const call = withLimits(limits, () => clients.connect(ProductService).getProduct({ productId: id }));
    expect(await refusal(call)).toBe('deadline_exceeded DEADLINE_EXCEEDED transient');
    expect(fixture.calls).toHaveLength(before);
  });

  test('a call made after the answer of its outer call has its own time again', async () => {
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const answered = Promise.withResolvers<void>();
    const later = Promise.withResolvers<number | undefined>();
    fixture.onGetWallet = async () => {
      fixture.onGetWallet = async (context) => later.resolve(context.timeoutMs());
      const goOn = async () => {
        await answered.promise;
        await clients.connect(WalletService).getWallet({}, { headers });
      };
      goOn().catch(later.reject);
    };
    await clients.connect(WalletService).getWallet({}, { headers, timeoutMs: 1000 });
    answered.resolve();
    expect(await later.promise).toBeGreaterThan(1000);
  });

  test('a stream has no deadline unless its caller sets one', async () => {
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const deadlines: (number | undefined)[] = [];
    fixture.onWatch = async (context) => void deadlines.push(context.timeoutMs());
    const checkouts = clients.connect(CheckoutService, { timeoutMs: 60 });
    for await (const _ of checkouts.watchCheckout({ orderId: id }, { headers })) continue;
    expect(deadlines).toEqual([undefined, undefined]);
  });

  test('streams work, and their errors are AppErrors', async () => {
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const watch = async (options: { headers?: Record<string, string> }) => {
      let seen = 0;
      for await (const _ of clients.connect(CheckoutService).watchCheckout({ orderId: id }, options)) seen++;
      return seen;
    };
    expect(await watch({ headers })).toBe(2);
    expect(await refusal(watch({}))).toBe('unauthenticated TOKEN_INVALID definitive');
  });
});

describe('when the other process is not there', () => {
  test('nobody listens: it certainly did not happen', async () => {
    const clients = remote('http://127.0.0.1:1');
    expect(await refusal(clients.connect(ProductService).getProduct({ productId: id }))).toBe(
      'unavailable UPSTREAM_UNAVAILABLE transient',
    );
    clients.close();
  });

  test('another replica takes the call, and is asked first from then on', async () => {
    const clients = remote(['http://127.0.0.1:1', grpcUrl]);
    const funds = clients.connect(FundsService, { as: rpc.auth.serviceKeys.signer('worker') });
    for (let call = 1; call <= 2; call++) expect((await funds.hold(hold())).state).toBe(HoldState.HELD);
    clients.close();
  });

  test('connected without an answer: unknown after the timeout', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const clients = remote(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, 200);
    expect(await refusal(clients.connect(ProductService).getProduct({ productId: id }))).toBe(
      'deadline_exceeded DEADLINE_EXCEEDED unknown',
    );
    clients.close();
    silent.close();
  });

  test('cut before the answer: unknown for a write', async () => {
    const sockets = new Set<Socket>();
    const cutting = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('data', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(cutting, 'listening');
    const address = cutting.address();
    const clients = remote(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, 1000);
    const funds = clients.connect(FundsService, { as: rpc.auth.serviceKeys.signer('worker') });
    expect(await refusal(funds.hold(hold()))).toMatch(/ unknown$/);
    clients.close();
    cutting.close();
  });

  test('a read succeeds during a restart of the other process', async () => {
    const first = await createTestRpc([fixture.service], { auth: rpc.auth });
    const url = (await first.server.start()).grpc ?? '';
    const clients = remote(url);
    const products = clients.connect(ProductService);
    await products.getProduct({ productId: id });
    await first.server.stop();
    const second = await createTestRpc([fixture.service], {
      auth: rpc.auth,
      ports: { http: 0, grpc: Number(new URL(url).port) },
    });
    const call = products.getProduct({ productId: id });
    await second.server.start();
    expect((await call).product?.productId).toBe(id);
    clients.close();
    await second.server.stop();
  });

  test('calls in flight at the close, and calls after it, may be tried again', async () => {
    const clients = remote(grpcUrl);
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
    const ask = () => refusal(clients.connect(WalletService).getWallet({}, { headers, timeoutMs: 500 }));
    const begun = Promise.withResolvers<void>();
    fixture.onGetWallet = async ({ signal }) => {
      begun.resolve();
      await once(signal, 'abort');
    };
    const underWay = ask();
    await begun.promise;
    clients.close();
    for (const told of [await underWay, await ask()]) expect(told).toMatch(/^(?:unavailable|deadline_exceeded) /);
  });

  test('a service that is not hosted here and has no address is unavailable', async () => {
    const clients = createClients({ logger });
    expect(await refusal(clients.connect(ProductService).getProduct({ productId: id }))).toBe(
      'unavailable UPSTREAM_UNAVAILABLE transient',
    );
  });
});
