import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Failure } from '../bootstrap/failure.mjs';
import type { StackEvent } from '../supervisor/part.ts';
import { startStack } from '../supervisor/start.ts';
import type { Command } from './context.ts';
import { callersOwn } from './settings.ts';
import { topologyOf } from './topologies.ts';

const channelFd = 3;
const channelVariable = 'ECOMMERCE_DAEMON_CHANNEL';

type Message =
  | { readonly event: StackEvent }
  | { readonly ready: true }
  | { readonly failure: { message: string; logFile?: string | undefined; suggestion?: string | undefined } };

export interface DaemonOptions {
  readonly profile: string;
  readonly infraOnly?: boolean;
  readonly observe?: boolean;
  readonly throwaway?: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** The log file for the output of the supervisor. */
  readonly log: string;
  readonly onEvent: (event: StackEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts a supervisor that outlives this process; resolves when its stack is ready. If the start fails, or this process
 * ends before the stack is ready, the supervisor stops everything.
 * @throws Failure of the start
 */
export async function startDaemon(options: DaemonOptions): Promise<void> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'w');
  const program = fileURLToPath(new URL('../main.ts', import.meta.url));
  const { infraOnly = false, observe = false, throwaway = false } = options;
  const flags = Object.entries({ '--infra-only': infraOnly, '--observe': observe, '--throwaway': throwaway });
  const set = flags.flatMap(([flag, on]) => (on ? [flag] : []));
  const args = [...process.execArgv, program, 'daemon', options.profile, ...set];
  const child = spawn(process.execPath, args, {
    env: { ...callersOwn(options.env), [channelVariable]: String(channelFd) },
    stdio: ['ignore', log, log, 'pipe'],
    detached: true,
  });
  closeSync(log);
  const abort = () => child.kill('SIGTERM');
  options.signal.addEventListener('abort', abort, { once: true });
  const channel = child.stdio[channelFd];
  if (!(channel instanceof Socket)) throw new Error('the daemon was started without a channel');
  try {
    await untilReady(child, channel, options);
  } finally {
    options.signal.removeEventListener('abort', abort);
    channel.destroy();
    child.unref();
  }
}

async function untilReady(child: ReturnType<typeof spawn>, channel: Socket, options: DaemonOptions): Promise<void> {
  let failure: Failure | undefined;
  const ready = Promise.withResolvers<void>();
  createInterface({ input: channel }).on('line', (line) => {
    const message: Message = JSON.parse(line);
    if ('event' in message) options.onEvent(message.event);
    else if ('ready' in message) ready.resolve();
    else failure = new Failure(message.failure.message, message.failure);
  });
  child.once('error', ready.reject);
  // Unlike `exit`, `close` comes after the last message of the channel.
  child.once('close', (code) => {
    ready.reject(
      failure ??
        new Failure(`The supervisor ended before the stack was ready (exit code ${code}).`, {
          logFile: options.log,
          suggestion: 'Read the log, then run the command again.',
        }),
    );
  });
  await ready.promise;
}

/** The supervisor in the background. Users do not start it: `dev --detach` and `demo --keep` do. */
export const daemon: Command = async ({ root, env, args, ending }) => {
  const channel = new Socket({ fd: Number(env[channelVariable]), readable: true, writable: true });
  delete env[channelVariable];
  const starting = new AbortController();
  channel.on('error', () => {});
  channel.on('close', () => starting.abort(new Error('the launcher that started this supervisor has ended')));
  channel.resume();
  const send = (message: Message) => {
    if (channel.writable) channel.write(`${JSON.stringify(message)}\n`);
  };
  try {
    const has = (flag: string) => args.includes(flag);
    const choice = { infraOnly: has('--infra-only'), observe: has('--observe') };
    const topology = await topologyOf({ profile: args[0] ?? 'dev', ...choice, env });
    const stack = await startStack(topology, {
      root,
      callerEnv: env,
      throwaway: has('--throwaway'),
      onEvent: (event) => send({ event }),
      signal: AbortSignal.any([ending.signal, starting.signal]),
    });
    send({ ready: true });
    channel.end();
    const asked = Promise.withResolvers<undefined>();
    ending.signal.addEventListener('abort', () => asked.resolve(undefined), { once: true });
    if (ending.signal.aborted) asked.resolve(undefined);
    const failure = await Promise.race([asked.promise, stack.failed]);
    await stack.stop();
    if (failure !== undefined) throw failure;
    return 0;
  } catch (error) {
    if (error instanceof Failure) {
      const { message, logFile, suggestion } = error;
      await new Promise<void>((resolve) =>
        channel.end(`${JSON.stringify({ failure: { message, logFile, suggestion } })}\n`, resolve),
      );
    }
    throw error;
  }
};
