import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeOptions } from '../deploy/dev/parts/app.ts';
import { until } from '../platform/testing/eventually.ts';
import { freePort } from '../testkit/free-port.ts';

const root = join(import.meta.dirname, '..');

/** A running process that hosts all roles. */
export interface Platform {
  readonly baseUrl: string;
  /** Resident memory of the process, MiB. */
  memoryMiB(): number;
  stop(): Promise<void>;
}

/** Runs all migrations on the databases of the stack. */
export function migrate(): void {
  execFileSync(process.execPath, ['runtime/migrate.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs all roles in one process on free ports. The given settings override those of the stack. */
export async function startPlatform(settings: Readonly<Record<string, string>>): Promise<Platform> {
  const [http, grpc] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['runtime/main.ts', 'all'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      // One process, whose memory is measured. Settings may say otherwise.
      PROCESSES: '1',
      ...settings,
      NODE_OPTIONS: nodeOptions,
      HTTP_PORT: String(http),
      GRPC_PORT: String(grpc),
      LOG_LEVEL: 'warn',
    },
  });
  const baseUrl = `http://127.0.0.1:${http}`;
  await ready(child, `${baseUrl}/ready`);
  return {
    baseUrl,
    memoryMiB: () => residentMiB(child.pid ?? 0),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const isReady = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  if (await until(isReady, (yes) => yes || child.exitCode !== null, { withinMs: 120_000 })) return;
  const outcome = child.exitCode === null ? 'it still runs' : `it ended with exit code ${child.exitCode}`;
  throw new Error(`the platform did not become ready within 120 s: ${outcome}`);
}

function residentMiB(pid: number): number {
  const kiB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kiB) / 1024);
}
