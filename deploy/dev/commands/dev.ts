import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, printFailure } from '../bootstrap/failure.mjs';
import { reloadOnChange } from '../reload/reload.ts';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import { isSupervised, readState } from '../supervisor/state.ts';
import { startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { summary } from '../ui/summary.ts';
import { welcome } from '../ui/welcome.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { startDaemon } from './daemon.ts';
import { readLogsOptions, type LogsOptions } from './log-filter.ts';
import { followLogs } from './log-follow.ts';
import { callersOwn } from './settings.ts';
import { topologyOf } from './topologies.ts';

/**
 * Runs the whole platform on this machine until Ctrl-C, shows what our processes log, and starts them again when their
 * code changes. A part's name, `--level`, `--order`, `--user` and `--request` choose lines, as for `npm run logs`; `--quiet`
 * shows none. `--no-reload` leaves the processes alone. `--detach` returns when it is ready and leaves it running, without a reload.
 * `--infra-only` starts only the servers, for somebody who starts our processes by hand.
 */
export const dev: Command = async (context) => {
  const { on: detach, rest } = takeFlag(context.args, '--detach');
  const { on: infraOnly, rest: others } = takeFlag(rest, '--infra-only');
  const { on: isStill, rest: more } = takeFlag(others, '--no-reload');
  const { on: isQuiet, rest: filters } = takeFlag(more, '--quiet');
  if (detach) return inBackground(context, infraOnly);
  const shown = isQuiet ? undefined : readLogsOptions(filters);
  return inForeground(context, { infraOnly, reloads: !isStill, shown });
};

interface Foreground {
  readonly infraOnly: boolean;
  readonly reloads: boolean;
  /** Which lines of the logs to show; undefined for none. */
  readonly shown: LogsOptions | undefined;
}

async function inForeground(
  { root, env, ending, print }: CommandContext,
  { infraOnly, reloads, shown }: Foreground,
): Promise<number> {
  const progress = createProgress(process.stderr);
  const callerEnv = callersOwn(env);
  const topology = await topologyOf({ profile: 'dev', infraOnly, env: callerEnv });
  const parts = reloads ? topology.parts.filter(({ reloadsOn = [] }) => reloadsOn.length > 0) : [];
  const survive = (failure: Failure): void => {
    progress.end();
    printFailure(failure);
    print('The next change of the code starts it again.');
  };
  const stack = await startStack(topology, {
    root,
    callerEnv,
    onEvent: progress.show,
    signal: ending.signal,
    survives: (part, failure) => {
      const isReloaded = parts.some(({ name }) => name === part);
      if (isReloaded) survive(failure);
      return isReloaded;
    },
  }).finally(progress.end);
  const reloading = reloadOnChange({
    root,
    stack,
    parts,
    onChange: (file) => print(`· ${file} has changed`),
    onFailure: survive,
  });
  try {
    print(summary(stack, foldersOf(root, stack.profile).logs));
    print(welcome(stack));
    print('ready');
    if (shown !== undefined) {
      const { logs } = foldersOf(root, stack.profile);
      const apps = topology.parts.filter(({ kind, name }) =>
        shown.part === undefined ? kind === 'app' : name === shown.part,
      );
      // What the parts wrote while they started is not repeated.
      const files = apps.map(({ name }) => join(logs, `${name}.log`)).map((file) => [file, sizeOf(file)] as const);
      const look = { json: shown.json, inColour: process.stdout.isTTY, brief: true };
      void followLogs(new Map(files), { wanted: shown.wanted, look, print, signal: ending.signal });
    }
    const asked = Promise.withResolvers<undefined>();
    ending.signal.addEventListener('abort', () => asked.resolve(undefined), { once: true });
    if (ending.signal.aborted) asked.resolve(undefined);
    const failure = await Promise.race([asked.promise, stack.failed]);
    if (failure !== undefined) throw failure;
    return 0;
  } finally {
    progress.end();
    await Promise.all([reloading.stop(), stack.stop()]);
    progress.end();
  }
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
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
  const stack = attachStack(folders.stateFile);
  print(summary(stack, folders.logs));
  print(welcome(stack));
  print('ready');
  return 0;
}
