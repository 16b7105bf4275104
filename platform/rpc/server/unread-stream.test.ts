import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

let rpc: TestRpc;
let url: string;
let authorization: string;

beforeAll(async () => {
  rpc = await createTestRpc([createFixture().service]);
  url = (await rpc.server.start()).grpc ?? '';
  authorization = `Bearer ${await rpc.auth.tokenOf({ userId: crypto.randomUUID() })}`;
});
afterAll(() => rpc.server.stop());

function open(session: ClientHttp2Session, path: string) {
  const headers = { 'content-type': 'application/grpc+proto', te: 'trailers', authorization };
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers }, { endStream: false });
  stream.resume();
  const status = once(stream, 'trailers').then(([trailers]) => Number(Reflect.get(trailers, 'grpc-status')));
  return { stream, status };
}

const tooLarge = Buffer.alloc(5 + 3_000_000);
tooLarge.writeUInt32BE(3_000_000, 1);

test.each([
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/ecommerce.checkout.v1.CheckoutService/WatchCheckout',
  '/ecommerce.wallet.v1.WalletService/TopUp',
])('a large message to %s is refused, its stream ends, and its connection serves other calls', async (path) => {
  const session = connect(url);
  const refused = open(session, path);
  const sent = new Promise((resolve) => refused.stream.write(tooLarge, resolve));
  expect(await refused.status).toBeGreaterThan(0);
  // All of the message is taken, so a client that sends before it reads does not wait for ever.
  await sent;
  refused.stream.end();
  await once(refused.stream, 'close');
  const next = open(session, '/ecommerce.wallet.v1.WalletService/GetWallet');
  next.stream.end(Buffer.alloc(5));
  expect(await next.status).toBe(0);
  session.destroy();
});

test.each(['/grpc.health.v1.Health/Check', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'])(
  'a message to %s is refused by its length, before it is there',
  async (path) => {
    const session = connect(url);
    const { stream, status } = open(session, path);
    stream.write(tooLarge.subarray(0, 5));
    expect(await status).toBe(8);
    session.destroy();
  },
);
