import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../bootstrap/failure.mjs';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import type { Stack } from '../supervisor/stack.ts';
import { startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { summary } from '../ui/summary.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { startDaemon } from './daemon.ts';
import { callersOwn } from './settings.ts';
import { topologyOf } from './topologies.ts';

type RunDemo = (stack: Stack) => Promise<number>;

/**
 * Starts a stack with empty data and runs the demo against it. With `--chaos` the demo kills processes and shows that
 * nothing is lost. `--keep` leaves the stack running; `stop` ends it.
 */
export const demo: Command = async (context) => {
  const { on: keep, rest } = takeFlag(context.args, '--keep');
  const runDemo = (await loadDemo())(rest);
  return keep ? kept(context, runDemo) : once(context, runDemo);
};

async function once({ root, env, ending }: CommandContext, runDemo: RunDemo): Promise<number> {
  const progress = createProgress(process.stderr);
  const callerEnv = callersOwn(env);
  const topology = await topologyOf({ profile: 'demo', env: callerEnv });
  const options = { root, callerEnv, throwaway: true, onEvent: progress.show, signal: ending.signal };
  const stack = await startStack(topology, options).finally(progress.end);
  try {
    return await untilAsked(runDemo(stack), ending.signal);
  } finally {
    progress.end();
    await stack.stop();
    progress.end();
  }
}

async function kept({ root, env, ending, print }: CommandContext, runDemo: RunDemo): Promise<number> {
  const progress = createProgress(process.stderr);
  const folders = foldersOf(root, 'demo');
  const log = join(folders.state, 'launcher.log');
  const options = { profile: 'demo', throwaway: true, env, log, onEvent: progress.show, signal: ending.signal };
  await startDaemon(options).finally(progress.end);
  const stack = attachStack(folders.stateFile);
  try {
    const code = await untilAsked(runDemo(stack), ending.signal);
    print(`${summary(stack, folders.logs)}\nThe stack is still running. Stop it with: npm run stop`);
    return code;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function untilAsked(work: Promise<number>, signal: AbortSignal): Promise<number> {
  const asked = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => asked.reject(signal.reason), { once: true });
  return Promise.race([work, asked.promise]);
}

async function loadDemo(): Promise<(args: readonly string[]) => RunDemo> {
  const file = join(import.meta.dirname, '..', 'demo', 'main.ts');
  if (!existsSync(file)) {
    throw new Failure(`${file} is missing.`, { suggestion: 'Check out the whole repository.' });
  }
  const module: { readDemo: (args: readonly string[]) => RunDemo } = await import(pathToFileURL(file).href);
  return module.readDemo;
}
