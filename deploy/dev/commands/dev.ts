import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { missingObservers, observerPrograms } from '../observers.ts';
import { reloadOnChange } from '../reload/reload.ts';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import type { Stack } from '../supervisor/stack.ts';
import { isSupervised, readState } from '../supervisor/state.ts';
import { startStack } from '../supervisor/start.ts';
import { createProgress } from '../ui/progress.ts';
import { summary } from '../ui/summary.ts';
import { welcome } from '../ui/welcome.ts';
import { type Command, type CommandContext, takeFlag } from './context.ts';
import { tellCrash } from './crash.ts';
import { startDaemon } from './daemon.ts';
import { expectPart, readLogsOptions, type LogsOptions } from './log-filter.ts';
import { showLogs, type LogView } from './log-show.ts';
import { callersOwn } from './settings.ts';
import { topologyOf } from './topologies.ts';

/**
 * Runs the whole platform on this machine until Ctrl-C, shows what our processes log, and starts them again when their
 * code changes. A part's name, `--level`, `--order`, `--user` and `--request` choose lines, as for `npm run logs`; `--quiet`
 * shows none. `--no-reload` leaves the processes alone. `--detach` returns when it is ready and leaves it running, without
 * either. `--infra-only` leaves our processes out, for somebody who starts them by hand. `--observe` adds Prometheus,
 * Grafana and Jaeger, those that this machine has.
 */
export const dev: Command = async (context) => {
  const { on: detach, rest } = takeFlag(context.args, '--detach');
  const { on: infraOnly, rest: others } = takeFlag(rest, '--infra-only');
  const { on: isStill, rest: more } = takeFlag(others, '--no-reload');
  const { on: observe, rest: last } = takeFlag(more, '--observe');
  const { on: isQuiet, rest: filters } = takeFlag(last, '--quiet');
  if (observe && infraOnly) {
    throw new Failure('--observe needs our processes, and --infra-only leaves them out.', {
      suggestion: 'Leave one of them out.',
    });
  }
  const wish = { infraOnly, observe };
  const shown = readLogsOptions(filters, 'npm run dev');
  const { parts } = await topologyOf({ profile: 'dev', ...wish, env: context.env });
  const names = parts.map(({ name }) => name);
  expectPart(shown.part, names, 'npm run dev');
  if (detach) return inBackground(context, wish);
  return inForeground(context, { ...wish, reloads: !isStill, shown: isQuiet ? undefined : shown });
};

interface Wish {
  readonly infraOnly: boolean;
  readonly observe: boolean;
}

interface Foreground extends Wish {
  readonly reloads: boolean;
  /** Which lines of the logs to show; undefined for none. */
  readonly shown: LogsOptions | undefined;
}

/** What the user sees when the stack is ready. */
function tell(
  stack: Pick<Stack, 'env' | 'urls'>,
  logs: string,
  { observe }: Wish,
  { env, print }: CommandContext,
): void {
  print(summary(stack, logs));
  if (observe) for (const line of missingObservers(observerPrograms(env))) print(line);
  print(welcome(stack));
  print('ready');
}

async function inForeground(context: CommandContext, { reloads, shown, ...wish }: Foreground): Promise<number> {
  const { root, env, ending, print } = context;
  const progress = createProgress(process.stderr);
  const callerEnv = callersOwn(env);
  const topology = await topologyOf({ profile: 'dev', ...wish, env: callerEnv });
  const parts = reloads ? topology.parts.filter(({ reloadsOn = [] }) => reloadsOn.length > 0) : [];
  let view: LogView | undefined;
  const since = Date.now();
  const survive = (part: string, failure: Failure): void => {
    progress.end();
    tellCrash({ part, failure, view });
    print('The next change of the code starts it again.');
  };
  const stack = await startStack(topology, {
    root,
    callerEnv,
    onEvent: progress.show,
    signal: ending.signal,
    survives: (part, failure) => {
      const isReloaded = parts.some(({ name }) => name === part);
      if (isReloaded) survive(part, failure);
      return isReloaded;
    },
  }).finally(progress.end);
  const reloading = reloadOnChange({
    root,
    stack,
    parts,
    since,
    onChange: (file) => print(`· ${file} has changed`),
    onFailure: survive,
  });
  try {
    const folder = foldersOf(root, stack.profile).logs;
    tell(stack, folder, wish, context);
    if (shown !== undefined) view = showLogs(shown, { parts: topology.parts, folder, print, signal: ending.signal });
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

async function inBackground(context: CommandContext, wish: Wish): Promise<number> {
  const { root, env, ending, print } = context;
  const { profile, parts } = await topologyOf({ profile: 'dev', ...wish, env });
  const folders = foldersOf(root, profile);
  const state = readState(folders.stateFile);
  if (state?.ready === true && isSupervised(state)) {
    const missing = parts.filter(({ name }) => !state.parts.some((part) => part.name === name));
    if (missing.length > 0) {
      const titles = missing.map(({ title }) => title).join(', ');
      throw new Failure(`The dev stack is already running, without these parts: ${titles}.`, {
        suggestion: 'Stop it with `npm run stop`, then run the command again.',
      });
    }
    print('The dev stack is already running.');
  } else {
    const progress = createProgress(process.stderr);
    const log = join(folders.state, 'launcher.log');
    await startDaemon({ profile: 'dev', ...wish, env, log, onEvent: progress.show, signal: ending.signal }).finally(
      progress.end,
    );
  }
  tell(attachStack(folders.stateFile), folders.logs, wish, context);
  return 0;
}
