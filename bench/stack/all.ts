import { openSync } from 'node:fs';
import { join } from 'node:path';
import { spawnGuarded } from '../../deploy/dev/bootstrap/guard.mjs';
import { Failure } from '../../deploy/dev/bootstrap/failure.mjs';
import { nodeOptions } from '../../deploy/dev/parts/app.ts';
import { foldersOf } from '../../deploy/dev/supervisor/folders.ts';
import type { Stack } from '../../deploy/dev/supervisor/stack.ts';
import { until } from '../../platform/testing/eventually.ts';
import { adminCredentials, setting } from '../../testkit/stack/stack.ts';
import type { Platform } from './platform.ts';
import { root } from '../../deploy/dev/bootstrap/paths.mjs';
import { poolSizeIn, programEnv, serversOf, type Settings } from './stacks.ts';

export interface Ports {
  readonly http: number;
  readonly grpc: number;
}

const readyWithinMs = 120_000;
const stopWithinMs = 30_000;

/** Runs all roles as the launcher does: `runtime/main.ts all`. The settings override those of the stack. */
export async function startAll(stack: Stack, ports: Ports, settings: Settings): Promise<Platform> {
  const logFile = join(foldersOf(root, stack.profile).logs, 'app.log');
  const log = openSync(logFile, 'a');
  const stackEnv = programEnv(stack);
  const child = spawnGuarded(process.execPath, [join(root, 'runtime/main.ts'), 'all'], {
    cwd: root,
    stdio: ['ignore', log, log],
    env: {
      ...stackEnv,
      LOG_LEVEL: 'warn',
      ...settings,
      NODE_OPTIONS: [nodeOptions, settings['NODE_OPTIONS']].join(' '),
      HTTP_PORT: String(ports.http),
      GRPC_PORT: String(ports.grpc),
    },
  });
  const api = `http://127.0.0.1:${ports.http}`;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const isReady = () =>
    fetch(`${api}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const cameUp = await until(isReady, (yes) => yes || hasEnded(), { withinMs: readyWithinMs });
  const platform: Platform = {
    api,
    grpc: `http://127.0.0.1:${ports.grpc}`,
    admin: adminCredentials(stackEnv),
    databaseUrl: setting('DATABASE_URL', stackEnv),
    poolSize: poolSizeIn({ ...stackEnv, ...settings }),
    bcryptCost: Number(setting('SSO_BCRYPT_COST', { ...stackEnv, ...settings })),
    metricsUrls: [`${api}/metrics`],
    ours: () => new Map([['app', child.pid ?? 0]]),
    servers: () => serversOf(stack),
    ended: () =>
      hasEnded() ? `the platform ended (${child.signalCode ?? `exit code ${child.exitCode}`}): ${logFile}` : undefined,
    async stop() {
      if (hasEnded()) return;
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
  if (cameUp) return platform;
  await platform.stop();
  throw new Failure('The platform did not become ready within two minutes.', { logFile });
}
