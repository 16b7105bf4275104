import { join } from 'node:path';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import { isSupervised, readState } from '../supervisor/state.ts';
import { startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { summary } from '../ui/summary.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { startDaemon } from './daemon.ts';
import { callersOwn } from './settings.ts';
import { topologyOf } from './topologies.ts';

/**
 * Runs the whole platform on this machine until Ctrl-C. `--detach` returns when it is ready and leaves it running.
 * `--infra-only` starts only the servers, for somebody who starts our processes by hand.
 */
export const dev: Command = async (context) => {
  const { on: detach, rest } = takeFlag(context.args, '--detach');
  const { on: infraOnly } = takeFlag(rest, '--infra-only');
  return detach ? inBackground(context, infraOnly) : inForeground(context, infraOnly);
};

async function inForeground({ root, env, ending, print }: CommandContext, infraOnly: boolean): Promise<number> {
  const progress = createProgress(process.stderr);
  const callerEnv = callersOwn(env);
  const topology = await topologyOf({ profile: 'dev', infraOnly, env: callerEnv });
  const options = { root, callerEnv, onEvent: progress.show, signal: ending.signal };
  const stack = await startStack(topology, options).finally(progress.end);
  try {
    print(summary(stack, foldersOf(root, stack.profile).logs));
    print('ready');
    const asked = Promise.withResolvers<undefined>();
    ending.signal.addEventListener('abort', () => asked.resolve(undefined), { once: true });
    if (ending.signal.aborted) asked.resolve(undefined);
    const failure = await Promise.race([asked.promise, stack.failed]);
    if (failure !== undefined) throw failure;
    return 0;
  } finally {
    progress.end();
    await stack.stop();
    progress.end();
  }
}

async function inBackground({ root, env, ending, print }: CommandContext, infraOnly: boolean): Promise<number> {
  const { profile } = await topologyOf({ profile: 'dev', infraOnly, env });
  const folders = foldersOf(root, profile);
  const state = readState(folders.stateFile);
  if (state?.ready === true && isSupervised(state)) {
    print('The dev stack is already running.');
  } else {
    const progress = createProgress(process.stderr);
    const log = join(folders.state, 'launcher.log');
    await startDaemon({ profile: 'dev', infraOnly, env, log, onEvent: progress.show, signal: ending.signal }).finally(
      progress.end,
    );
  }
  print(summary(attachStack(folders.stateFile), folders.logs));
  print('ready');
  return 0;
}
