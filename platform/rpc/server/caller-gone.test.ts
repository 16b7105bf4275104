import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../telemetry/logger.ts';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

const id = crypto.randomUUID();
const fixture = createFixture();
const lines: string[] = [];
const destination = new Writable({
  write(chunk, _, done) {
    lines.push(String(chunk));
    done();
  },
});
let rpc: TestRpc;
let grpcUrl: string;

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service], { logger: createLogger({ role: 'test', destination }) });
  grpcUrl = (await rpc.server.start()).grpc ?? '';
});

afterAll(() => rpc.server.stop());

// Connect's own clients reset with "internal error" when their time is over.
test.each([
  ['wallet.v1.WalletService/GetWallet', []],
  ['checkout.v1.CheckoutService/WatchCheckout', [10, id.length, ...Buffer.from(id)]],
])('a caller that resets %s is logged as canceled, not as an error of ours', async (method, message) => {
  const begun = Promise.withResolvers<void>();
  const untilGone = async ({ signal }: { readonly signal: AbortSignal }) => {
    begun.resolve();
    await once(signal, 'abort');
    signal.throwIfAborted();
  };
  fixture.onGetWallet = untilGone;
  fixture.onWatch = untilGone;
  const session = connect(grpcUrl);
  const call = session.request({
    ':method': 'POST',
    ':path': `/ecommerce.${method}`,
    'content-type': 'application/grpc',
    authorization: `Bearer ${await rpc.auth.tokenOf({ userId: id })}`,
    te: 'trailers',
  });
  call.on('error', () => undefined);
  call.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
  await begun.promise;
  call.close(constants.NGHTTP2_INTERNAL_ERROR);
  const ended = () => lines.find((line) => line.includes(`ecommerce.${method}`));
  await expect.poll(ended).toContain('"level":"info"');
  expect(ended()).toContain('"code":"canceled","reason":"CANCELED"');
  session.destroy();
});
