import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { rest } from '../../testing/rest.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const bodyBytes = 200_000;
const begunBytes = 190_000;
const arrivingBytes = 450_000;
const patience = { timeout: 10_000 };
const path = `/${WalletService.typeName}/CreateWallet`;

let rpc: TestRpc;
let urls: { http: string; grpc?: string };
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  rpc = await createTestRpc([createFixture().service], { limits: { arrivingBytes } });
  urls = await rpc.server.start();
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rpc.server.stop();
});

interface Sending {
  /** What has come back so far. */
  readonly answer: () => string;
  readonly finish: () => void;
  readonly leave: () => void;
}

/** Sends the begin of a body of HTTP/1.1. */
function post(target: string, contentType: string, body: Buffer): Sending {
  const { hostname, port } = new URL(urls.http);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  closers.push(() => socket.destroy());
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(
    `POST ${target} HTTP/1.1\r\nhost: x\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.subarray(0, begunBytes));
  return {
    answer: () => answer,
    finish: () => socket.write(body.subarray(begunBytes)),
    leave: () => socket.destroy(),
  };
}

function enveloped(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends the begin of a message of gRPC. */
function call(contentType: string, body: Buffer): Sending {
  const session = connectHttp2(urls.grpc ?? '').on('error', () => undefined);
  closers.push(() => session.destroy());
  const headers = { ':method': 'POST', ':path': path, 'content-type': contentType, te: 'trailers' };
  const stream = session.request(headers, { endStream: false });
  let answer = '';
  stream.on('error', () => undefined).resume();
  for (const event of ['response', 'trailers']) stream.on(event, (sent) => (answer += JSON.stringify(sent)));
  stream.write(body.subarray(0, begunBytes));
  return {
    answer: () => answer,
    finish: () => stream.end(body.subarray(begunBytes)),
    leave: () => session.destroy(),
  };
}

// Text of JSON, and a field of the first number in protobuf, whose length takes three bytes.
const json = Buffer.from(`{"currencyCode":"${'x'.repeat(bodyBytes)}"}`);
const binary = Buffer.concat([Buffer.from([10, 0xc0, 0x9a, 0x0c]), Buffer.alloc(bodyBytes, 'x')]);
const ways: Record<string, () => Sending> = {
  REST: () => post('/api/v1/wallet', 'application/json', json),
  'Connect JSON': () => post(path, 'application/json', json),
  'Connect protobuf': () => post(path, 'application/proto', binary),
  'gRPC-Web': () => post(path, 'application/grpc-web+proto', enveloped(binary)),
  gRPC: () => call('application/grpc', enveloped(binary)),
  'gRPC with JSON': () => call('application/grpc+json', enveloped(json)),
};

const refusals = async () => {
  const text = await (await fetch(`${urls.http}/metrics`)).text();
  return Number(/^rpc_refused_total\{class="write",why="bodies"\} (?<count>\d+)$/m.exec(text)?.groups?.count);
};

const isRefused = ({ answer }: Sending) => answer().includes('OVERLOADED') || /grpc-status"?: ?"?14/.test(answer());
// The token is looked at when the body is there, and these calls have none.
const isServed = ({ answer }: Sending) => answer().includes('TOKEN_INVALID') || /grpc-status"?: ?"?16/.test(answer());

describe.each(Object.entries(ways))('%s', (_, send) => {
  test('large bodies that are on their way have a common limit, and give it back when they break off', async () => {
    const sent = Array.from({ length: 6 }, send);
    // The room is enough for one of them and not for three.
    await vi.waitFor(() => expect(sent.filter(isRefused).length).toBeGreaterThanOrEqual(4), patience);
    // A fifth one may still be refused.
    await vi.waitFor(async () => expect(await refusals()).toBe(sent.filter(isRefused).length), patience);
    expect(sent.every(isRefused)).toBe(false);
    for (const { leave } of sent) leave();
    await vi.waitFor(async () => {
      const next = send();
      next.finish();
      await vi.waitUntil(() => isRefused(next) || isServed(next), patience);
      expect(isServed(next)).toBe(true);
    }, patience);
  });

  test('calls without a large body are served while there is no room', async () => {
    const sent = Array.from({ length: 6 }, send);
    await vi.waitFor(() => expect(sent.filter(isRefused).length).toBeGreaterThanOrEqual(4), patience);
    expect((await rest(urls.http, 'GET /api/v1/products')).status).toBe(200);
    expect((await rest(urls.http, 'POST /api/v1/wallet', { body: { currencyCode: 'USD' } })).status).toBe(401);
  });
});
