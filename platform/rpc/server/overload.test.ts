import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { timestampNow } from '@bufbuild/protobuf/wkt';
import { createClients } from '../clients/clients.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createFixture, type Fixture } from '../../testing/fixture.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const id = crypto.randomUUID();
let fixture: Fixture;
let rpc: TestRpc;
let urls: { http: string; grpc?: string };
let headers: { authorization: string };
let release: () => void;

beforeEach(async () => {
  fixture = createFixture();
  rpc = await createTestRpc([fixture.service], { limits: { maxInFlight: 2, maxStreams: 1 } });
  urls = await rpc.server.start();
  headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
});
afterEach(async () => {
  release();
  await rpc.server.stop();
});

/** Uses all permits of reads until `release`. */
async function fill(): Promise<{ readonly answers: () => Promise<{ status: number }[]> }> {
  const blocked = Promise.withResolvers<void>();
  release = blocked.resolve;
  let entered = 0;
  fixture.onGetWallet = () => {
    entered++;
    return blocked.promise;
  };
  const working = [1, 2].map(() => rest(urls.http, 'GET /api/v1/wallet', { headers }));
  await vi.waitUntil(() => entered === 2);
  return { answers: () => Promise.all(working) };
}

async function refusal(call: Promise<unknown>): Promise<readonly [string, bigint | undefined, string | null]> {
  const error = ConnectError.from(
    await call.then(
      () => new Error('it was not refused'),
      (thrown: unknown) => thrown,
    ),
  );
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason;
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds;
  return [`${Code[error.code]} ${reason}`, delay, error.metadata.get('retry-after')];
}

const transports: Record<string, () => Transport> = {
  gRPC: () => createGrpcTransport({ baseUrl: urls.grpc ?? '' }),
  'gRPC-Web': () => createGrpcWebTransport({ baseUrl: urls.http, httpVersion: '1.1' }),
  Connect: () => createConnectTransport({ baseUrl: urls.http, httpVersion: '1.1' }),
};

test('without a permit REST gets 503 with a reason and Retry-After; admitted calls are answered', async () => {
  const working = await fill();
  const answer = await rest(urls.http, 'GET /api/v1/products');
  expect([problemOf(answer).is, answer.headers.get('retry-after')]).toEqual(['503 OVERLOADED', '1']);
  release();
  expect((await working.answers()).map(({ status }) => status)).toEqual([200, 200]);
  expect((await rest(urls.http, 'GET /api/v1/products')).status).toBe(200);
});

describe.each(Object.entries(transports))('%s', (_, transport) => {
  test('gets the same refusal', async () => {
    await fill();
    const refused = ['Unavailable OVERLOADED', 1n, '1'];
    expect(await refusal(createClient(WalletService, transport()).getWallet({}, { headers }))).toEqual(refused);
  });

  test('gets the same refusal for streams', async () => {
    const watching = Promise.withResolvers<void>();
    const blocked = Promise.withResolvers<void>();
    release = blocked.resolve;
    fixture.onWatch = () => {
      watching.resolve();
      return blocked.promise;
    };
    const watch = async () => {
      const client = createClient(CheckoutService, transport());
      for await (const _ of client.watchCheckout({ orderId: id }, { headers })) continue;
    };
    const first = watch();
    await watching.promise;
    expect((await refusal(watch()))[0]).toBe('Unavailable OVERLOADED');
    release();
    await first;
    fixture.onWatch = () => Promise.resolve();
    await vi.waitFor(() => watch());
  });
});

test('a short burst waits instead of being refused', async () => {
  await fill();
  const waiting = rest(urls.http, 'GET /api/v1/products');
  const metrics = async () => (await fetch(`${urls.http}/metrics`)).text();
  await vi.waitUntil(async () => (await metrics()).includes('rpc_waiting{class="read"} 1'));
  release();
  expect((await waiting).status).toBe(200);
});

test('an overload of reads does not affect writes, internal calls, calls within the process and health', async () => {
  await fill();
  const topUp = { amount: { currencyCode: 'USD', minorUnits: '1' }, requestId: id };
  expect((await rest(urls.http, 'POST /api/v1/wallet/topup', { headers, body: topUp })).status).toBe(200);
  const logger = createLogger({ role: 'test', level: 'silent' });
  const remote = createClients({ addressesOf: () => [urls.grpc ?? ''], logger });
  const funds = remote.connect(FundsService, { as: rpc.auth.serviceKeys.signer('worker') });
  const amount = { currencyCode: 'USD', minorUnits: 1n };
  await funds.hold({ orderId: id, userId: id, amount, ttlSeconds: 9, captureDeadline: timestampNow() });
  expect((await rpc.connect(WalletService, { user: { userId: id } }).listTransactions({})).transactions).toEqual([]);
  for (const path of ['/health', '/ready']) expect((await fetch(`${urls.http}${path}`)).status).toBe(200);
  remote.close();
});

test('a call that timed out keeps its permit while it still works', async () => {
  await rpc.server.stop();
  rpc = await createTestRpc([fixture.service], { limits: { maxInFlight: 1, unaryDeadlineMs: 50 } });
  urls = await rpc.server.start();
  headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
  const blocked = Promise.withResolvers<void>();
  release = blocked.resolve;
  fixture.onGetWallet = () => blocked.promise;
  expect((await rest(urls.http, 'GET /api/v1/wallet', { headers })).status).toBe(504);
  expect(problemOf(await rest(urls.http, 'GET /api/v1/products')).is).toBe('503 OVERLOADED');
  release();
  await vi.waitFor(async () => expect((await rest(urls.http, 'GET /api/v1/products')).status).toBe(200));
});
