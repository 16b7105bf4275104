import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { lockHolder, tryLock, unlock } from '../bootstrap/lock.mjs';
import { choosePorts, type Ports } from '../ports.ts';
import { type Control, openControl } from './control.ts';
import { deleteData, type Folders, foldersOf, makeFolders } from './folders.ts';
import { inDependencyOrder } from './graph.ts';
import type { Env, Part, PartContext, Topology, Way } from './part.ts';
import { findWays } from './preflight.ts';
import { createRecord, type StateRecord } from './record.ts';
import type { OwnStack, StackListener } from './stack.ts';
import { endLeftovers } from './stale.ts';
import { readState } from './state.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

export interface StartOptions {
  /** The path of the checkout. */
  readonly root: string;
  readonly callerEnv: NodeJS.ProcessEnv;
  /** Begins with empty data, and deletes them at the end. */
  readonly throwaway?: boolean;
  readonly onEvent?: StackListener;
  /** Called when a part has ended too often. If it returns true, the stack goes on without the part. */
  readonly survives?: (part: string, failure: Failure) => boolean;
  /** Aborts the start. Everything that was started is stopped. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a stack: ends processes that a killed launcher left behind, chooses ports, finds a way to get each part, and
 * starts the parts in the order of their dependencies. If it fails, no process is left running.
 * @throws PreflightFailure with all problems, or the Failure of the first part that failed
 */
export async function startStack(topology: Topology, options: StartOptions): Promise<OwnStack> {
  const folders = foldersOf(options.root, topology.profile);
  const parts = inDependencyOrder(topology.parts);
  if (!tryLock(folders.lockFile)) throw new AlreadyRunning(topology.profile, lockHolder(folders.lockFile)?.pid);
  const closers: (() => void)[] = [() => unlock(folders.lockFile)];
  const close = () => closers.toReversed().forEach((closer) => closer());
  try {
    const before = readState(folders.stateFile);
    if (before !== undefined) await endLeftovers(before);
    makeFolders(folders, { fresh: options.throwaway === true });
    if (options.throwaway === true) closers.push(() => deleteData(folders));
    const ports = await choosePorts(parts, options.callerEnv);
    closers.push(() => ports.release());
    return await bringUp({ topology, parts, options, folders, ports, close });
  } catch (error) {
    close();
    throw error;
  }
}

interface Plan {
  readonly topology: Topology;
  readonly parts: readonly Part[];
  readonly options: StartOptions;
  readonly folders: Folders;
  readonly ports: Ports;
  readonly close: () => void;
}

async function bringUp(plan: Plan): Promise<OwnStack> {
  const { topology, parts, options, folders, ports } = plan;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, options.signal ?? stopping.signal]);
  const env: Env = {};
  let record: StateRecord | undefined;
  const onEvent: StackListener = (event) => {
    record?.write();
    options.onEvent?.(event);
  };
  const contextOf = (part: Part) => contextFor(part, plan, { env, signal, onEvent });
  const ways = await findWays(parts, contextOf, ports.problems);
  for (const way of ways.values()) Object.assign(env, way.env);
  Object.assign(env, topology.settings?.(join(folders.data, 'shared'), options.callerEnv));
  const wayOf = (name: string): Way => lookUp(ways, name);
  const supervisor = createSupervisor({
    parts,
    wayOf,
    portsOf: (name) => Object.values(ports.byPart.get(name) ?? {}),
    logFolder: folders.logs,
    onEvent,
    ...(options.survives === undefined ? {} : { survives: options.survives }),
  });
  const urls = Object.assign({}, ...[...ways.values()].map((way) => way.urls));
  record = createRecord({ plan, wayOf, supervisor, env, urls });
  const end = async (control?: Control) => {
    stopping.abort(new Error('the stack is stopped'));
    await supervisor.stop();
    control?.close();
    record?.remove();
  };
  try {
    await Promise.race([supervisor.start(signal), rejectionOf(signal)]);
  } catch (error) {
    await end();
    throw error;
  }
  let control: Control | undefined;
  let ended: Promise<void> | undefined;
  const stop = () => (ended ??= end(control).then(plan.close));
  const stack = ownStack({ profile: topology.profile, supervisor, env, urls, stop });
  control = await openControl(stack);
  record.ready(control);
  return stack;
}

interface Shared {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly onEvent: StackListener;
}

function contextFor(part: Part, { topology, options, folders, ports }: Plan, shared: Shared): PartContext {
  return {
    profile: topology.profile,
    root: options.root,
    callerEnv: options.callerEnv,
    dataFolder: join(folders.data, part.name),
    logFile: join(folders.logs, `${part.name}.log`),
    port: (name, port) => portOf(ports, name, port),
    stackEnv: () => shared.env,
    progress: (detail) => shared.onEvent({ part: part.name, title: part.title, stage: 'installing', detail }),
    signal: shared.signal,
  };
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  if (signal.aborted) aborted.reject(signal.reason);
  aborted.promise.catch(() => {});
  return aborted.promise;
}

interface Ingredients {
  readonly profile: string;
  readonly supervisor: Supervisor;
  readonly env: Env;
  readonly urls: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

function ownStack({ profile, supervisor, env, urls, stop }: Ingredients): OwnStack {
  return {
    profile,
    env,
    urls,
    failed: supervisor.failed,
    pid: (part) => {
      const runner = supervisor.runnerOf(part);
      return ['starting', 'restarting', 'healthy', 'stopping'].includes(runner.stage())
        ? runner.child()?.pid
        : undefined;
    },
    kill: (part, signal = 'SIGKILL') => supervisor.runnerOf(part).signal(signal),
    stopPart: (part) => supervisor.runnerOf(part).stop(),
    startPart: async (part) => {
      const runner = supervisor.runnerOf(part);
      if (runner.stage() === 'stopped' || runner.stage() === 'failed') await runner.start();
    },
    stop,
  };
}

function portOf(ports: Ports, part: string, name: string): number {
  const port = ports.byPart.get(part)?.[name];
  if (port === undefined) throw new Error(`${part} has no port called ${name}`);
  return port;
}

function lookUp(ways: ReadonlyMap<string, Way>, name: string): Way {
  const way = ways.get(name);
  if (way === undefined) throw new Error(`There is no part called ${name}`);
  return way;
}

/** Another launcher is running or starting the same stack of this checkout. */
export class AlreadyRunning extends Failure {
  constructor(profile: string, pid: number | undefined) {
    super(`The ${profile} stack of this checkout is already running (pid ${pid ?? 'unknown'}).`, {
      suggestion: 'Show it with `npm run status`, or stop it with `npm run stop`.',
    });
  }
}
