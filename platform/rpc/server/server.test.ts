import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutService, CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const user = { userId: crypto.randomUUID() };
const fixture = createFixture();
let rpc: TestRpc;
let urls: { http: string; grpc?: string };
let headers: { authorization: string };

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service]);
  urls = await rpc.server.start();
  headers = { authorization: `Bearer ${await rpc.auth.tokenOf(user)}` };
});

afterAll(() => rpc.server.stop());

const transports = {
  'gRPC over h2c': () => createGrpcTransport({ baseUrl: urls.grpc ?? '' }),
  'gRPC-Web': () => createGrpcWebTransport({ baseUrl: urls.http, httpVersion: '1.1' }),
  'Connect, binary': () => createConnectTransport({ baseUrl: urls.http, httpVersion: '1.1' }),
  'Connect, JSON': () => createConnectTransport({ baseUrl: urls.http, httpVersion: '1.1', useBinaryFormat: false }),
  'Connect GET': () => createConnectTransport({ baseUrl: urls.http, httpVersion: '1.1', useHttpGet: true }),
};

describe.each(Object.entries(transports))('%s', (_, transport) => {
  test('reaches the handler as the token’s user', async () => {
    const { wallet } = await createClient(WalletService, transport()).getWallet({}, { headers });
    expect(wallet?.walletId).toBe(user.userId);
  });

  test('streams', async () => {
    const client = createClient(CheckoutService, transport());
    const states: CheckoutState[] = [];
    for await (const { checkout } of client.watchCheckout({ orderId: crypto.randomUUID() }, { headers })) {
      states.push(checkout?.state ?? CheckoutState.UNSPECIFIED);
    }
    expect(states).toEqual([CheckoutState.RUNNING, CheckoutState.SUCCEEDED]);
  });
});

test('REST reaches the same handler', async () => {
  const response = await fetch(`${urls.http}/api/v1/wallet`, { headers });
  expect([response.status, await response.json()]).toMatchObject([200, { wallet: { walletId: user.userId } }]);
});

test.each(['TRACE', 'POST', 'DELETE'])('%s of a plain path is 405, not 404', async (method) => {
  const { status, allow, reason } = await send(`${urls.http}/health`, method);
  expect({ status, allow, reason }).toEqual({ status: 405, allow: 'GET, HEAD, OPTIONS', reason: 'METHOD_NOT_ALLOWED' });
  expect(await send(`${urls.http}/nothing`, method)).toMatchObject({ status: 404, reason: 'ROUTE_NOT_FOUND' });
});

test('a request whose head is too long for the parser gets a problem, too', async () => {
  const answer = await send(`${urls.http}/health?${'x'.repeat(20_000)}`, 'GET');
  expect(answer).toMatchObject({ status: 431, type: 'application/problem+json', reason: 'HEAD_TOO_LARGE' });
});

/** Node's own client: fetch refuses to send TRACE. */
async function send(url: string, method: string) {
  const [response]: IncomingMessage[] = await once(request(url, { method }).end(), 'response');
  if (response === undefined) throw new Error('no answer');
  const problem: unknown = await json(response);
  const reason = typeof problem === 'object' && problem !== null && 'reason' in problem ? problem.reason : undefined;
  const { allow, 'content-type': type } = response.headers;
  return { status: response.statusCode, allow, type, reason };
}
