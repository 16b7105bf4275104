import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rpcRoles } from '../../../runtime/registry.ts';
import { writeConfiguration } from '../../dev/parts/nginx.ts';
import { which } from '../../dev/parts/tools.ts';
import { choosePorts } from '../../dev/ports.ts';
import { probeHttp, untilHealthy } from '../../dev/supervisor/probe.ts';

/** The path of nginx; undefined if it is not on this machine. These tests do not install it. */
export const nginxProgram = which('nginx', ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin']);

/** The roles as the names of the gateway's settings spell them: SSO, PRODUCTS, … */
export const gatewayRoles = rpcRoles.map((role) => role.toUpperCase());

/** Reserves a free port of this machine for each name, until `release` is called. */
export async function freeAddresses(names: readonly string[]) {
  const part = { name: 'x', title: '', kind: 'server', dependsOn: [], readyWithinSeconds: 1, suggestion: '' } as const;
  const wishes = names.map((name) => ({ name }));
  const ports = await choosePorts([{ ...part, ports: wishes, find: () => Promise.reject(new Error('unused')) }], {});
  return {
    /** `host:port` */
    of: (name: string) => `127.0.0.1:${ports.byPart.get('x')?.[name]}`,
    release: () => ports.release(),
  };
}

export interface GatewaySettings {
  readonly GATEWAY_HTTP: string;
  readonly GATEWAY_GRPC: string;
  readonly REQUESTS_PER_SECOND: string;
  readonly REQUEST_BURST: string;
  readonly CONCURRENT_REQUESTS: string;
  /** `<ROLE>_HTTP_<n>` and `<ROLE>_GRPC_<n>`: `host:port` of both replicas of every role. */
  readonly upstreams: Readonly<Record<string, string>>;
}

/**
 * Starts a real nginx with the gateway's configuration. It runs until `stop`. @throws Error if it is not healthy in 30
 * s
 */
export async function startGateway(program: string, { upstreams, ...settings }: GatewaySettings) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const fixed = { DNS_RESOLVER: '127.0.0.1', UPSTREAM_OPTIONS: '' };
  const configuration = writeConfiguration(join(import.meta.dirname, '..'), folder, {
    ...upstreams,
    ...settings,
    ...fixed,
  });
  const args = ['-p', `${folder}/`, '-c', configuration, '-e', 'stderr', '-g', 'daemon off;'];
  const nginx = spawn(program, args, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (nginx.exitCode === null) {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const { signal } = new AbortController();
  const health = `http://${settings.GATEWAY_HTTP}/health`;
  await untilHealthy((one) => probeHttp(health, one), { withinSeconds: 30, signal }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { stop };
}

/** Starts the gateway in front of one service, which is both replicas of every role. It runs until `stop`. */
export async function startGatewayBefore(program: string, service: { readonly http: string; readonly grpc: string }) {
  const addresses = await freeAddresses(['http', 'grpc']);
  const upstreams = gatewayRoles.flatMap((role) =>
    [1, 2].flatMap((number) => [
      [`${role}_HTTP_${number}`, new URL(service.http).host],
      [`${role}_GRPC_${number}`, new URL(service.grpc).host],
    ]),
  );
  const gateway = await startGateway(program, {
    upstreams: Object.fromEntries(upstreams) as Record<string, string>,
    GATEWAY_HTTP: addresses.of('http'),
    GATEWAY_GRPC: addresses.of('grpc'),
    REQUESTS_PER_SECOND: '10000',
    REQUEST_BURST: '10000',
    CONCURRENT_REQUESTS: '1000',
  });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    addresses.release();
  };
  return { grpc: `http://${addresses.of('grpc')}`, stop };
}
