import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../platform/testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../platform/testing/rpc.ts';
import { nginxProgram, startGatewayBefore } from './testing/gateway.ts';

const fixture = createFixture();
let rpc: TestRpc;
let stopGateway = () => Promise.resolve();
let grpc: string;

/** Starts one service that closes each connection after 50 ms, and uses it as both replicas of every role. */
async function start(program: string): Promise<void> {
  rpc = await createTestRpc([fixture.service], { limits: { maxConnectionAgeSeconds: 0.05 } });
  const service = await rpc.server.start();
  const gateway = await startGatewayBefore(program, { http: service.http, grpc: service.grpc ?? '' });
  grpc = gateway.grpc;
  stopGateway = gateway.stop;
}

describe.skipIf(nginxProgram === undefined)('gRPC through the gateway', () => {
  beforeAll(() => start(nginxProgram ?? ''));
  afterAll(async () => {
    await stopGateway();
    await rpc.server.stop();
  });

  test('while the service closes one connection after another, no call fails and none is executed twice', async () => {
    const wallets = createClient(WalletService, createGrpcTransport({ baseUrl: grpc }));
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: crypto.randomUUID() })}` };
    const failures: unknown[] = [];
    let answered = 0;
    // Long enough for about thirty connections with many calls each, also on a slow machine.
    const until = performance.now() + 1500;
    const enough = () => performance.now() > until && answered >= 400;
    const callers = Array.from({ length: 12 }, async (_, caller) => {
      while (!enough() && failures.length === 0) {
        const amount = { currencyCode: 'USD', minorUnits: 1n };
        const call = () =>
          caller % 2 === 0
            ? wallets.getWallet({}, { headers })
            : wallets.topUp({ requestId: crypto.randomUUID(), amount }, { headers });
        await call().then(
          () => answered++,
          (error: unknown) => failures.push(error),
        );
      }
    });
    await Promise.all(callers);
    expect(failures.map(String)).toEqual([]);
    expect(fixture.calls).toHaveLength(answered);
  });
});
