import { Code, ConnectError, createClient } from '@connectrpc/connect';
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { endStreamFromJson } from '@connectrpc/connect/protocol-connect';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { problemOf, rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const id = crypto.randomUUID();
const fixture = createFixture();
const unaryDeadlineMs = 200;
let rpc: TestRpc;
let urls: { http: string; grpc?: string };
let headers: { authorization: string };

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service], { limits: { unaryDeadlineMs } });
  urls = await rpc.server.start();
  headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}` };
});

afterAll(() => rpc.server.stop());
beforeEach(() => {
  fixture.onGetWallet = () => Promise.resolve();
});

async function refusal(call: Promise<unknown>): Promise<{ is: string; error: ConnectError }> {
  const error = ConnectError.from(
    await call.then(
      () => new Error('it was not refused'),
      (thrown: unknown) => thrown,
    ),
  );
  return { is: `${Code[error.code]} ${error.findDetails(ErrorInfoSchema)[0]?.reason}`, error };
}

const transports = {
  gRPC: () => createGrpcTransport({ baseUrl: urls.grpc ?? '', sendCompression: compressionGzip }),
  'gRPC-Web': () =>
    createGrpcWebTransport({ baseUrl: urls.http, httpVersion: '1.1', sendCompression: compressionGzip }),
  Connect: () => createConnectTransport({ baseUrl: urls.http, httpVersion: '1.1', sendCompression: compressionGzip }),
};

test.each([
  ['no field', [0]],
  ['a field that ends too soon', [10, 36, 48]],
  ['text that is not UTF-8', [10, 1, 255]],
])('a stream’s request with %s is the caller’s mistake', async (_, message) => {
  const response = await fetch(`${urls.http}/ecommerce.checkout.v1.CheckoutService/WatchCheckout`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/connect+proto' },
    body: Uint8Array.from([0, 0, 0, 0, message.length, ...message]),
  });
  const end = Buffer.from(await response.arrayBuffer()).subarray(5);
  const { error } = endStreamFromJson(end);
  expect(error && Code[error.code]).toBe('InvalidArgument');
  expect(error?.findDetails(ErrorInfoSchema)[0]?.reason).toBe('MALFORMED_REQUEST');
});

describe.each(Object.entries(transports))('%s', (_, transport) => {
  test('a message above 1 MiB is resource_exhausted, even if it is compressed', async () => {
    const call = createClient(WalletService, transport()).createWallet(
      { currencyCode: 'x'.repeat(2_000_000) },
      { headers },
    );
    expect((await refusal(call)).is).toBe('ResourceExhausted BODY_TOO_LARGE');
  });

  test('a call that takes longer than allowed ends, and its handler’s signal is aborted', async () => {
    const told = Promise.withResolvers<void>();
    fixture.onGetWallet = async ({ signal }) => {
      await once(signal, 'abort');
      told.resolve();
    };
    // The client would wait for 60 s, or for ever.
    for (const timeoutMs of [60_000, 99_999_999, undefined]) {
      const options = timeoutMs === undefined ? { headers } : { headers, timeoutMs };
      const { is } = await refusal(createClient(WalletService, transport()).getWallet({}, options));
      expect(is).toBe('DeadlineExceeded DEADLINE_EXCEEDED');
    }
    await told.promise;
  });

  test('a caller’s shorter deadline counts', async () => {
    let aborted = false;
    fixture.onGetWallet = async ({ signal }) => {
      const startedAt = performance.now();
      await once(signal, 'abort');
      aborted = performance.now() - startedAt < unaryDeadlineMs - 50;
    };
    const call = createClient(WalletService, transport()).getWallet({}, { headers, timeoutMs: 50 });
    expect((await refusal(call)).is).toContain('DeadlineExceeded');
    await expect.poll(() => aborted).toBe(true);
  });
});

test('REST calls end in time as well', async () => {
  fixture.onGetWallet = async ({ signal }) => void (await once(signal, 'abort'));
  expect(problemOf(await rest(urls.http, 'GET /api/v1/wallet', { headers })).is).toBe('504 DEADLINE_EXCEEDED');
});

test('a deadline too long for a timer is ignored', async () => {
  const response = await fetch(`${urls.http}/ecommerce.wallet.v1.WalletService/GetWallet`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'connect-timeout-ms': '9999999999' },
    body: '{}',
  });
  expect(response.status).toBe(200);
});

describe('Connect requests that can’t be read', () => {
  const post = async (body: string | Buffer<ArrayBuffer>, extra: Record<string, string> = {}) => {
    const response = await fetch(`${urls.http}/ecommerce.wallet.v1.WalletService/TopUp`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...extra },
      body,
    });
    const text = await response.text();
    return `${response.status} ${/"reason":"(?<reason>\w+)"/.exec(text)?.groups?.reason}`;
  };

  test.each<[string, string | Buffer<ArrayBuffer>, Record<string, string>, string]>([
    ['broken JSON', '{"amount":', {}, '400 MALFORMED_REQUEST'],
    ['a fraction of a cent', '{"amount":{"currencyCode":"USD","minorUnits":1.5}}', {}, '400 MALFORMED_REQUEST'],
    [
      'rubbish for a message',
      Buffer.from([255, 255, 255]),
      { 'content-type': 'application/proto' },
      '400 MALFORMED_REQUEST',
    ],
    ['what isn’t gzip', '{}', { 'content-encoding': 'gzip' }, '400 MALFORMED_REQUEST'],
    ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }, '429 BODY_TOO_LARGE'],
    ['a broken rule', '{"amount":{"currencyCode":"USD","minorUnits":"-1"}}', {}, '400 VALIDATION_FAILED'],
  ])('%s', async (_, body, extra, is) => {
    expect(await post(body, extra)).toBe(is);
  });
});

test('request heads without a valid URL get 400 and disturb no other call', async () => {
  const { port, hostname } = new URL(urls.http);
  const heads = [
    'POST /ecommerce.wallet.v1.WalletService/GetWallet HTTP/1.1\r\nhost: a b\r\n',
    'POST /ecommerce.wallet.v1.WalletService/GetWallet HTTP/1.1\r\nhost: a:99999999\r\n',
    'POST /ecommerce.wallet.v1.WalletService/GetWallet HTTP/1.0\r\n',
    'GET /health HTTP/1.1\r\nhost: [\r\n',
  ];
  for (const head of heads) {
    const socket = createConnection(Number(port), hostname);
    socket.write(`${head}content-type: application/json\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
  }
  expect((await rest(urls.http, 'GET /health')).status).toBe(200);
});

describe('CORS', () => {
  test('scripts of an allowed origin may call and see what they need', async () => {
    const preflight = await rest(urls.http, 'OPTIONS /ecommerce.wallet.v1.WalletService/GetWallet', {
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(
      /X-Grpc-Web.*Authorization.*Idempotency-Key/i,
    );
    const answer = await rest(urls.http, 'GET /api/v1/products', { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Grpc-Status.*Location/i);
  });

  test('others get no permission', async () => {
    const answer = await rest(urls.http, 'GET /api/v1/products', { headers: { origin: 'https://evil.example' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});

test('metrics are labelled with route templates, never raw paths', async () => {
  await rest(urls.http, `GET /api/v1/products/${id}`);
  await rest(urls.http, 'GET /api/v1/secret-path');
  const text = await (await fetch(`${urls.http}/metrics`)).text();
  expect(text).toMatch(
    /http_requests_total\{method="GET",route="\/api\/v1\/products\/\{product_id\}",status="200"\} \d/,
  );
  expect(text).toMatch(/http_requests_total\{method="GET",route="unmatched",status="404"\} \d/);
  expect(text).toContain('http_request_duration_seconds_bucket{le="0.001",method="GET",route="/health"}');
  expect(text).toMatch(/grpc_server_handled_total\{.*grpc_method="GetWallet".*grpc_code="DeadlineExceeded"\} \d/);
  expect(text).toContain('grpc_server_handling_seconds_count');
  expect(text).not.toContain(id);
  expect(text).not.toContain('secret-path');
});
