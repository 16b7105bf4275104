import { Failure } from '../bootstrap/failure.mjs';
import { nodeFlags } from '../bootstrap/node-flags.mjs';
import { quickImports } from '../quick-imports.ts';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import { isSupervised, readState } from '../supervisor/state.ts';
import { runForeground } from './child.ts';
import type { Command } from './context.ts';
import { environmentFor } from './settings.ts';

/**
 * `run <script|program> [args]`: runs a script or a program of a package on Node 24. If the dev stack is running, its
 * addresses are in the environment, except those that the caller has set.
 */
export const run: Command = async ({ root, env, args, ending }) => {
  const [target, ...rest] = args;
  if (target === undefined)
    throw new Failure('`run` needs a script or a program.', {
      suggestion: 'node deploy/dev/bootstrap.mjs run cli/main.ts --help',
    });
  const isScript = /\.[mc]?[jt]s$/.test(target);
  const [program, programArgs] = isScript
    ? [process.execPath, [...nodeFlags, quickImports, target, ...rest]]
    : [target, rest];
  const { stateFile } = foldersOf(root, 'dev');
  const state = readState(stateFile);
  const stack = state !== undefined && isSupervised(state) ? attachStack(stateFile) : undefined;
  const childEnv = withPort(stack === undefined ? env : environmentFor(stack, root, env, true));
  return runForeground(program, programArgs, { cwd: process.cwd(), env: childEnv, signal: ending.signal });
};

/** PORT is the launcher's word for the port of the API, also for our processes that are started by hand. */
function withPort(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...(env['PORT'] === undefined ? {} : { HTTP_PORT: env['PORT'] }), ...env };
}
