import { once } from 'node:events';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';
import { stillSendsMs } from './unread-body.ts';

let rpc: TestRpc;
let session: ClientHttp2Session;

beforeAll(async () => {
  rpc = await createTestRpc([createFixture().service], { limits: { unaryDeadlineMs: 100 } });
  const { grpc = '' } = await rpc.server.start();
  session = connect(grpc);
});
afterAll(async () => {
  session.destroy();
  await rpc.server.stop();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const unary = { type: 'application/grpc', path: `/${WalletService.typeName}/GetWallet` };
const viaConnect = { ...unary, type: 'application/grpc+json' };
const mebibyte = 1_048_576;
const patience = { timeout: 10_000 };

interface Refused {
  readonly stream: ClientHttp2Stream;
  readonly status: number;
}

/** Opens a call, sends the prefix of a message, and waits for the refusal. */
async function refused({ type, path }: typeof unary, promisedBytes: number): Promise<Refused> {
  const headers = { ':method': 'POST', ':path': path, 'content-type': type, te: 'trailers' };
  const stream = session.request(headers, { endStream: false });
  let status: number | undefined;
  const look = (sent: IncomingHttpHeaders): void => {
    if ('grpc-status' in sent) status = Number(sent['grpc-status']);
  };
  stream
    .on('response', look)
    .on('trailers', look)
    .on('error', () => undefined);
  stream.resume();
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(promisedBytes, 1);
  stream.write(prefix);
  const got = await vi.waitUntil(() => {
    vi.advanceTimersByTime(20);
    return status;
  }, patience);
  return { stream, status: got };
}

async function send(stream: ClientHttp2Stream, bytes: number): Promise<void> {
  const block = Buffer.alloc(65_536);
  for (let sent = 0; sent < bytes; sent += block.length) {
    await new Promise<unknown>((resolve) => stream.write(block, resolve));
  }
}

function keptBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

test.each([
  ['is late', unary, mebibyte, 4],
  ['is too long', unary, 3 * mebibyte, 8],
  ['is late, left to Connect', viaConnect, mebibyte, 4],
] as const)(
  'of a call whose message %s nothing is kept that comes after the refusal',
  async (_, way, promised, code) => {
    const { stream, status } = await refused(way, promised);
    expect(status).toBe(code);
    const before = keptBytes();
    await send(stream, 32 * mebibyte);
    // Memory is given back a moment after the collection. At the end of the stream all of it would be.
    await vi.waitFor(() => expect(keptBytes() - before).toBeLessThan(8 * mebibyte), { timeout: stillSendsMs / 2 });
    stream.close();
  },
);

test.each([
  ['gRPC', unary],
  ['gRPC, left to Connect', viaConnect],
])('%s: the stream of a refused call ends soon, and its refusal stays valid', async (_, way) => {
  const { stream, status } = await refused(way, 3 * mebibyte);
  expect(status).toBeGreaterThan(0);
  const closed = once(stream, 'close');
  stream.write(Buffer.alloc(1000));
  await vi.waitUntil(() => {
    vi.advanceTimersByTime(stillSendsMs / 10);
    return stream.closed;
  }, patience);
  await closed;
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
});
