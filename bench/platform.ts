import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { nodeOptions } from '../deploy/dev/parts/app.ts';

const root = join(import.meta.dirname, '..');

export interface Platform {
  readonly baseUrl: string;
  /** Resident memory of the process, MiB. */
  memoryMiB(): number;
  stop(): Promise<void>;
}

/** Brings the databases of the stack to what the services expect. */
export function migrate(): void {
  execFileSync(process.execPath, ['runtime/migrate.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs all roles in one process on free ports, with the given settings beside those of the stack. */
export async function startPlatform(settings: Readonly<Record<string, string>>): Promise<Platform> {
  const [http, grpc] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['runtime/main.ts', 'all'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
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
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the platform ended with ${child.exitCode} before it was ready`);
}

function residentMiB(pid: number): number {
  const kiB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kiB) / 1024);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
