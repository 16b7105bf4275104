import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { nodeOptions } from '../../../deploy/dev/parts/app.ts';
import { until } from '../../../platform/testing/eventually.ts';
import { sharingProcesses } from '../../../testkit/stack/sharing.ts';

const root = join(import.meta.dirname, '../../..');
const errorLevels = new Set(['error', 'fatal']);
const readyWithinMs = 120_000;
const told = z
  .object({
    msg: z.string(),
    http: z.string().optional(),
    grpc: z.string().optional(),
    level: z.string().optional(),
    process: z.number().optional(),
  })
  .loose();

/** How a process ended. */
interface Ending {
  /** The exit code. Null if a signal ended the process. */
  readonly code: number | null;
  /** Seconds from the signal to the end. */
  readonly seconds: number;
  /** Log lines of the level warn or worse since the signal. */
  readonly complaints: readonly string[];
}

/** A process of the platform that a test has started. It uses the stack's servers. */
export interface OwnProcess {
  readonly api: string;
  /** Empty if the process serves no gRPC. */
  readonly grpc: string;
  readonly ready: () => Promise<boolean>;
  /** Log lines of the level error or worse so far. */
  readonly errors: () => readonly string[];
  /** The numbers of the processes in the log lines with this message so far; 0 for a line without a number. */
  readonly said: (message: string) => readonly number[];
  /** With PROCESSES above 1: the pids of the processes that share the ports now, by their number. */
  readonly processes: () => ReadonlyMap<number, number>;
  /** Processor time that the main thread has used so far, and the time that it was runnable and waited for a processor. */
  readonly processor: () => { readonly hadMs: number; readonly waitedMs: number };
  /** Resident memory now, MiB. */
  readonly memoryMiB: () => number;
  /** Sends SIGTERM and waits until the process has ended. */
  readonly terminate: () => Promise<Ending>;
  /** Sends SIGKILL if the process still runs, and waits until it has ended. */
  readonly kill: () => Promise<void>;
}

/** A process that was started and may not be ready yet. */
export interface Spawned {
  /** Rejects if the process ends before it is ready, or is not ready within two minutes. */
  readonly ready: Promise<OwnProcess>;
  /** Sends SIGKILL if the process still runs, ready or not. */
  readonly kill: () => Promise<void>;
}

/** Starts `runtime/main.ts <roles>` on free ports, in the environment of the stack, and waits until it is ready. */
export function startOwn(
  roles: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnProcess> {
  return spawnOwn(roles, settings).ready;
}

/** Like `startOwn`, for tests that may kill the process before it is ready. */
export function spawnOwn(roles: readonly string[], settings: Readonly<Record<string, string>> = {}): Spawned {
  const output = { LOG_LEVEL: 'info', LOG_PRETTY: 'false' };
  // One process, which is the one that is measured and killed. A test of several sets another number.
  const own = { NODE_OPTIONS: nodeOptions, HTTP_PORT: '0', GRPC_PORT: '0', PROCESSES: '1', ...output };
  const child = spawn(process.execPath, [join(root, 'runtime/main.ts'), ...roles], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...own, ...settings },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await ended;
  };
  const ready = untilReady({ child, ended, kill, name: roles.join(' ') });
  ready.catch(() => undefined);
  return { ready, kill };
}

interface Child {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly ended: Promise<[number | null]>;
  readonly kill: () => Promise<void>;
  readonly name: string;
}

async function untilReady({ child, ended, kill, name }: Child): Promise<OwnProcess> {
  const opened = Promise.withResolvers<z.infer<typeof told>>();
  void ended.then(([code]) => opened.reject(new Error(`${name} ended with ${code} before it was ready`)));
  const errors: string[] = [];
  const lines: { readonly msg: string; readonly process: number }[] = [];
  let complaints: string[] | undefined;
  createInterface(child.stdout).on('line', (line) => {
    const entry = told.safeParse(parsed(line)).data;
    if (entry?.msg === 'ready') opened.resolve(entry);
    if (entry !== undefined) lines.push({ msg: entry.msg, process: entry.process ?? 0 });
    const isError = errorLevels.has(entry?.level ?? '');
    if (isError) errors.push(line.slice(0, 2000));
    if (isError || entry?.level === 'warn') complaints?.push(line.slice(0, 1000));
  });
  const { http: api = '', grpc = '' } = await opened.promise;
  const ready = () =>
    fetch(`${api}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const over = () => child.exitCode !== null || child.signalCode !== null;
  if (!(await until(ready, (is) => is || over(), { withinMs: readyWithinMs, everyMs: 100 }))) {
    await kill();
    throw new Error(`${name} did not become ready within ${readyWithinMs / 1000} s`);
  }
  return {
    api,
    grpc,
    ready,
    errors: () => errors,
    said: (message) => lines.filter(({ msg }) => msg === message).map(({ process }) => process),
    processes: () => sharingProcesses(child.pid ?? 0),
    kill,
    processor: () => {
      const [had, waited] = readFileSync(`/proc/${child.pid}/schedstat`, 'utf8').split(' ').map(Number);
      return { hadMs: (had ?? 0) / 1e6, waitedMs: (waited ?? 0) / 1e6 };
    },
    memoryMiB: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/^VmRSS:\s+(?<kib>\d+)/m.exec(status)?.groups?.['kib']) / 1024);
    },
    terminate: async () => {
      const began = performance.now();
      const heard: string[] = [];
      complaints = heard;
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code, seconds: (performance.now() - began) / 1000, complaints: heard };
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
