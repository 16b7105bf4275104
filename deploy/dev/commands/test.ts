import { join } from 'node:path';
import { lockHolder } from '../bootstrap/lock.mjs';
import { foldersOf } from '../supervisor/folders.ts';
import type { Stack } from '../supervisor/stack.ts';
import { startStack } from '../supervisor/start.ts';
import { infrastructure, withOwnWorker } from '../topology.ts';
import { createProgress } from '../ui/progress.ts';
import { runForeground } from './child.ts';
import { type Command, takeFlag } from './context.ts';

/**
 * Brings up a stack of its own with empty data, runs vitest against it and stops it; the exit code is vitest's.
 * `--infra-only` brings up only Postgres, Redis, Kafka and Temporal. All other arguments are vitest's.
 */
export const test: Command = async ({ root, env, args, ending }) => {
  const { on: infraOnly, rest } = takeFlag(args, '--infra-only');
  const profile = freeProfile(root);
  const progress = createProgress(process.stderr);
  const topology = infraOnly ? infrastructure(profile) : withOwnWorker(profile);
  const options = { root, callerEnv: env, throwaway: true, onEvent: progress.show, signal: ending.signal };
  const stack = await startStack(topology, options).finally(progress.end);
  try {
    process.stderr.write(`Temporal UI: ${stack.urls['temporalUi'] ?? 'none'}\n`);
    const testEnv = { ...env, ...stack.env, ...testSettings(stack, root) };
    return await runForeground('vitest', ['run', ...rest], { cwd: root, env: testEnv, signal: ending.signal });
  } finally {
    await stack.stop();
    progress.end();
  }
};

/** Where black-box tests find the stack. ECOMMERCE_STACK_STATE is for `attachStack`. */
export function testSettings(stack: Stack, root: string): Record<string, string> {
  const urls = {
    E2E_BASE_URL: stack.urls['api'],
    E2E_GRPC_URL: stack.urls['grpc'],
    E2E_TEMPORAL_UI: stack.urls['temporalUi'],
  };
  const known = Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [[name, url]]));
  return { ...Object.fromEntries(known), ECOMMERCE_STACK_STATE: foldersOf(root, stack.profile).stateFile };
}

// Several test runs may go on in one checkout: each has a stack of its own.
function freeProfile(root: string): string {
  for (let number = 1; ; number++) {
    const profile = number === 1 ? 'test' : `test-${number}`;
    if (lockHolder(join(foldersOf(root, profile).lockFile)) === undefined) return profile;
  }
}
