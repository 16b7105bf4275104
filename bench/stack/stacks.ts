import { callersOwn, environmentFor } from '../../deploy/dev/commands/settings.ts';
import { migrate } from '../../deploy/dev/topology.ts';
import type { Topology } from '../../deploy/dev/supervisor/part.ts';
import type { OwnStack, Stack } from '../../deploy/dev/supervisor/stack.ts';
import { AlreadyRunning, startStack } from '../../deploy/dev/supervisor/start.ts';
import { createProgress } from '../../deploy/dev/ui/progress.ts';
import type { Roots } from '../cpu.ts';
import { root } from '../../deploy/dev/bootstrap/paths.mjs';

export type Settings = Readonly<Record<string, string>>;

/** The servers that the platform uses, except those that the environment names: nobody here knows their processes. */
const serverParts = ['postgres', 'redis', 'kafka', 'temporal'];

/** Starts a stack with empty data beside all others of the checkout: `bench`, `bench-2` and so on. */
export async function startOwnStack(
  topologyOf: (profile: string) => Topology,
  name: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<OwnStack> {
  const progress = createProgress(process.stderr);
  const callerEnv = { ...callersOwn(process.env), LOG_LEVEL: 'warn', ...settings };
  for (let number = 1; ; number++) {
    const topology = topologyOf(number === 1 ? name : `${name}-${number}`);
    try {
      return await startStack(topology, { root, callerEnv, throwaway: true, onEvent: progress.show, signal });
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
    } finally {
      progress.end();
    }
  }
}

/** The servers and migrated databases with the development catalog, and none of our processes. */
export function migrated(servers: Topology): Topology {
  return { ...servers, parts: [...servers.parts, migrate()] };
}

/** The environment of a program that uses the stack. */
export function programEnv(stack: Stack): NodeJS.ProcessEnv {
  return environmentFor(stack, root, process.env, false);
}

const defaultPoolSize = 10;

export function poolSizeIn(env: Readonly<NodeJS.ProcessEnv>): number {
  return Number(env['PG_POOL_SIZE'] ?? defaultPoolSize);
}

export function serversOf(stack: Stack): Roots {
  return rootsOf(stack, serverParts);
}

/** The parts that run, with their processes. */
export function rootsOf(stack: Stack, parts: readonly string[]): Roots {
  return new Map(
    parts.flatMap((part) => {
      const pid = stack.pid(part);
      return pid === undefined ? [] : [[part, pid] as const];
    }),
  );
}
