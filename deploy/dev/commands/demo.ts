import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import type { Stack } from '../supervisor/stack.ts';
import { startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { summary } from '../ui/summary.ts';
import { runForeground } from './child.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { startDaemon } from './daemon.ts';
import { readDemoOptions } from './demo-options.ts';
import { callersOwn, environmentFor } from './settings.ts';
import { ownProgram } from './test.ts';
import { topologyOf } from './topologies.ts';

const demoProgram = 'demo/main.ts';

/**
 * Starts a stack with empty data and runs the demo against it. With `--chaos` the demo kills processes and shows that
 * nothing is lost. `--keep` leaves the stack running; `stop` ends it.
 */
export const demo: Command = async (context) => {
  const { on: keep, rest } = takeFlag(context.args, '--keep');
  readDemoOptions(rest);
  const file = join(context.root, demoProgram);
  if (!existsSync(file)) throw new Failure(`${file} is missing.`, { suggestion: 'Check out the whole repository.' });
  return keep ? kept(context, rest) : once(context, rest);
};

async function once(context: CommandContext, args: readonly string[]): Promise<number> {
  const { root, env, ending } = context;
  const progress = createProgress(process.stderr);
  const callerEnv = callersOwn(env);
  const topology = await topologyOf({ profile: 'demo', env: callerEnv });
  const options = { root, callerEnv, throwaway: true, onEvent: progress.show, signal: ending.signal };
  const stack = await startStack(topology, options).finally(progress.end);
  try {
    return await show(context, stack, args);
  } finally {
    progress.end();
    await stack.stop();
    progress.end();
  }
}

async function kept(context: CommandContext, args: readonly string[]): Promise<number> {
  const { root, env, ending, print } = context;
  const progress = createProgress(process.stderr);
  const folders = foldersOf(root, 'demo');
  const log = join(folders.state, 'launcher.log');
  const options = { profile: 'demo', throwaway: true, env, log, onEvent: progress.show, signal: ending.signal };
  await startDaemon(options).finally(progress.end);
  const stack = attachStack(folders.stateFile);
  try {
    const code = await show(context, stack, args);
    ending.signal.throwIfAborted();
    print(`${summary(stack, folders.logs)}\nThe stack is still running. Stop it with: npm run stop`);
    return code;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The demo is a program of its own, which finds the stack by its environment. */
async function show({ root, env, ending }: CommandContext, stack: Stack, args: readonly string[]): Promise<number> {
  const [program, ...rest] = ownProgram(demoProgram, args);
  const childEnv = environmentFor(stack, root, env, false);
  return runForeground(program, rest, { cwd: root, env: childEnv, signal: ending.signal });
}
