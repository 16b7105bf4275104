import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { createFixture } from '../../services/platform/testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../services/platform/testing/rpc.ts';
import { writeConfiguration } from '../dev/parts/nginx.ts';
import { which } from '../dev/parts/tools.ts';
import { choosePorts } from '../dev/ports.ts';
import { probeHttp, untilHealthy } from '../dev/supervisor/probe.ts';

const program = which('nginx', ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin']);
const roles = ['SSO', 'PRODUCTS', 'WALLET', 'CART', 'ORDER', 'CHECKOUT'];
const fixture = createFixture();
const folder = mkdtempSync(join(tmpdir(), 'gateway-age-'));
let rpc: TestRpc;
let nginx: ChildProcess | undefined;
let grpc: string;
let releasePorts = () => {};

/** A service whose connections live for a twentieth of a second, as both replicas of every role. */
async function start(nginxProgram: string): Promise<void> {
  rpc = await createTestRpc([fixture.service], { limits: { maxConnectionAgeSeconds: 0.05 } });
  const service = await rpc.server.start();
  const part = { name: 'x', title: '', kind: 'server', dependsOn: [], readyWithinSeconds: 1, suggestion: '' } as const;
  const wishes = [{ name: 'http' }, { name: 'grpc' }];
  const ports = await choosePorts([{ ...part, ports: wishes, find: () => Promise.reject(new Error('unused')) }], {});
  releasePorts = () => ports.release();
  const here = (name: string) => `127.0.0.1:${ports.byPart.get('x')?.[name]}`;
  const upstreams = roles.flatMap((role) =>
    [1, 2].flatMap((number) => [
      [`${role}_HTTP_${number}`, new URL(service.http).host],
      [`${role}_GRPC_${number}`, new URL(service.grpc ?? '').host],
    ]),
  );
  const configuration = writeConfiguration(import.meta.dirname, folder, {
    ...(Object.fromEntries(upstreams) as Record<string, string>),
    GATEWAY_HTTP: here('http'),
    GATEWAY_GRPC: here('grpc'),
    REQUESTS_PER_SECOND: '10000',
    REQUEST_BURST: '10000',
    CONCURRENT_REQUESTS: '1000',
    DNS_RESOLVER: '127.0.0.1',
    UPSTREAM_OPTIONS: '',
  });
  const args = ['-p', `${folder}/`, '-c', configuration, '-e', 'stderr', '-g', 'daemon off;'];
  nginx = spawn(nginxProgram, args, { stdio: 'ignore' });
  grpc = `http://${here('grpc')}`;
  const { signal } = new AbortController();
  await untilHealthy((one) => probeHttp(`http://${here('http')}/health`, one), { withinSeconds: 30, signal });
}

/** nginx itself lets go of a client's connection after 1,000 calls, and clients repeat what was refused for that. */
async function retriedAtTheDoor(call: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!String(error).includes('REFUSED_STREAM')) throw error;
    }
  }
}

describe.skipIf(program === undefined)('gRPC through the gateway', () => {
  beforeAll(() => start(program ?? ''));
  afterAll(async () => {
    if (nginx !== undefined && nginx.exitCode === null) {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
    await rpc.server.stop();
    releasePorts();
    rmSync(folder, { recursive: true, force: true });
  });

  test('no call fails while the service lets go of one connection after another, and none is done twice', async () => {
    const wallets = createClient(WalletService, createGrpcTransport({ baseUrl: grpc }));
    const headers = { authorization: `Bearer ${await rpc.auth.tokenOf({ userId: crypto.randomUUID() })}` };
    const failures: unknown[] = [];
    let answered = 0;
    // A good twenty lives of a connection, and many calls in each, however slow the machine is.
    const until = performance.now() + 1500;
    const enough = () => performance.now() > until && answered >= 400;
    const callers = Array.from({ length: 12 }, async (_, caller) => {
      while (!enough() && failures.length === 0) {
        const amount = { currencyCode: 'USD', minorUnits: 1n };
        const call = () =>
          caller % 2 === 0
            ? wallets.getWallet({}, { headers })
            : wallets.topUp({ requestId: crypto.randomUUID(), amount }, { headers });
        await retriedAtTheDoor(call).then(
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
