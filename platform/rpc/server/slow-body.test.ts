import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const unaryDeadlineMs = 1500;
const read = `/${WalletService.typeName}/GetWallet`;
const watch = `/${CheckoutService.typeName}/WatchCheckout`;

let rpc: TestRpc;
let urls: { http: string; grpc?: string };
const sockets: Socket[] = [];
const sessions: ClientHttp2Session[] = [];

beforeEach(async () => {
  const limits = { maxInFlight: 2, maxStreams: 2, unaryDeadlineMs };
  rpc = await createTestRpc([createFixture().service], { limits });
  urls = await rpc.server.start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const session of sessions.splice(0)) session.destroy();
  await rpc.server.stop();
});

/** Sends a head and the begin of its body. @returns what has come back so far */
function halfPost(path: string, contentType: string, begin: Buffer | string): () => string {
  const { hostname, port } = new URL(urls.http);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  sockets.push(socket);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: any\r\nContent-Type: ${contentType}\r\nContent-Length: 50\r\n\r\n`);
  socket.write(begin);
  return () => answer;
}

/** Opens a gRPC call without its message. @returns the trailers, when they have come */
function openCall(path: string, contentType = 'application/grpc', headers = {}): () => string {
  const session = connectHttp2(urls.grpc ?? '').on('error', () => undefined);
  sessions.push(session);
  const stream = session.request(
    { ':method': 'POST', ':path': path, 'content-type': contentType, te: 'trailers', ...headers },
    { endStream: false },
  );
  let answer = '';
  stream.on('error', () => undefined).resume();
  for (const event of ['response', 'trailers']) stream.on(event, (sent) => (answer += JSON.stringify(sent)));
  return () => answer;
}

const begun = Buffer.from([0, 0, 0, 0, 40, 1]);
const calls: Record<string, () => () => string> = {
  'Connect JSON': () => halfPost(read, 'application/json', '{'),
  'Connect protobuf': () => halfPost(read, 'application/proto', begun),
  'Connect stream': () => halfPost(watch, 'application/connect+json', begun),
  'gRPC-Web': () => halfPost(read, 'application/grpc-web+proto', begun),
  gRPC: () => openCall(read),
  'gRPC with JSON': () => openCall(read, 'application/grpc+json'),
  'gRPC stream': () => openCall(watch),
};

describe.each(Object.entries(calls))('%s', (_, send) => {
  test('calls without their whole body keep nobody from being served, and end in time', async () => {
    const answers = Array.from({ length: 8 }, send);
    await delay(100);
    expect((await rest(urls.http, 'GET /api/v1/products')).status).toBe(200);
    // A deadline that has passed is 4 in gRPC, and 504 or deadline_exceeded in Connect.
    const isLate = (answer: string) => /grpc-status"?: ?"?4\b|deadline_exceeded/.test(answer);
    await vi.waitFor(() => expect(answers.filter((answer) => isLate(answer()))).toHaveLength(8), { timeout: 10_000 });
  });
});

test('callers that send slowly are told so, and do not count as errors of the server', async () => {
  const answers = [halfPost(read, 'application/json', '{'), halfPost(read, 'application/proto', begun)];
  for (const answer of answers) {
    await vi.waitFor(() => expect(answer()).toContain('deadline_exceeded'), { timeout: 10_000 });
    expect(answer()).toMatch(/^HTTP\/1\.1 408 /);
  }
  const metrics = async () => (await fetch(`${urls.http}/metrics`)).text();
  await vi.waitFor(async () => expect(await metrics()).toMatch(/^http_requests_total\{.*status="408"\} 2$/m));
  expect(await metrics()).not.toMatch(/^http_requests_total\{.*status="5/m);
});

test('a shorter timeout of the caller counts for its body, too', async () => {
  await rpc.server.stop();
  rpc = await createTestRpc([createFixture().service], { limits: { unaryDeadlineMs: 60_000 } });
  urls = await rpc.server.start();
  const answers = [
    openCall(read, 'application/grpc', { 'grpc-timeout': '200m' }),
    openCall(read, 'application/grpc+json', { 'grpc-timeout': '200m' }),
  ];
  for (const answer of answers)
    await vi.waitFor(() => expect(answer()).toContain('"grpc-status":"4"'), { timeout: 10_000 });
});
