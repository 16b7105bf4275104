import { fork, type ChildProcess } from 'node:child_process';
import { url as inspectorUrl } from 'node:inspector';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { FromChild, ToChild, Urls } from './messages.ts';

export interface ChildrenOptions {
  /** The program of a child, and its arguments. */
  readonly command: (number: number) => readonly [string, ...string[]];
  readonly count: number;
  readonly logger: Logger;
  /** A process is asked in this interval whether it is alive. By default 5 s. */
  readonly askEveryMs?: number;
  /** Pauses before a process starts again. They double from `first` to `longest` while it ends within a minute. */
  readonly pauseMs?: { readonly first: number; readonly longest: number };
  readonly onMessage: (child: Child, message: FromChild) => void;
  readonly onEnd: (child: Child) => void;
}

/** A running process. */
export interface Child {
  /** From 1 on. The process that replaces it has the same number. */
  readonly number: number;
  readonly send: (message: ToChild, socket?: Socket, onFailed?: () => void) => void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

export interface Children {
  /** Starts all. Resolves when all are ready for the first time. @throws ChildNotStarted if one could not start */
  readonly start: () => Promise<Urls>;
  /** Asks all to stop, and waits for them. @throws Error if one did not stop in order */
  readonly stop: () => Promise<void>;
  /** Sends SIGKILL to all. */
  readonly kill: () => void;
  readonly ready: () => readonly Child[];
}

/** A process could not start. `fields` are those of its error, or the reason. */
export class ChildNotStarted extends Error {
  override readonly name = 'ChildNotStarted';
  readonly fields: unknown;

  constructor(fields: unknown) {
    super('a process could not start');
    this.fields = fields;
  }
}

interface Running extends Child {
  readonly process: ChildProcess;
  stage: 'starting' | 'ready' | 'stopping';
  failure: unknown;
  /** Questions in a row that it has not answered. */
  unanswered: number;
}

interface Slot {
  readonly number: number;
  running: Running | undefined;
  /** When its processes have ended lately. */
  endsMs: number[];
  restart: NodeJS.Timeout | undefined;
}

const usualPauseMs = { first: 100, longest: 5_000 };
const lateMs = 60_000;
const usualAskMs = 5_000;
/**
 * A process that leaves so many questions unanswered hangs, and is killed: it may be the keeper, and it holds its callers'
 * connections. They are counted, since time passes for all when the machine sleeps.
 */
const mostUnanswered = 3;
/** A process that starts may be busy for long, on a slow machine that has nothing in its caches. */
const mostUnansweredAtStart = 12;

/** Starts the processes that share the ports, starts another one when one ends, and appoints one as the keeper. */
export function createChildren(options: ChildrenOptions): Children {
  const { count, logger, pauseMs = usualPauseMs, askEveryMs = usualAskMs } = options;
  const slots = Array.from({ length: count }, (_, index): Slot => {
    return { number: index + 1, running: undefined, endsMs: [], restart: undefined };
  });
  const allReady = Promise.withResolvers<Urls>();
  const codes: string[] = [];
  let keeper: Running | undefined;
  let stage: 'starting' | 'running' | 'stopping' = 'starting';
  let asking: NodeJS.Timeout | undefined;
  /** Whether the checks that a start waits for have passed in a process. The one that replaces it need not wait for them. */
  let hasWorked = false;

  const running = () => slots.flatMap((slot) => slot.running ?? []);
  const ready = () => running().filter((child) => child.stage === 'ready');

  function appoint(): void {
    if (stage === 'stopping' || keeper !== undefined) return;
    [keeper] = ready();
    if (keeper === undefined) return;
    keeper.send({ type: 'keep' });
    logger.debug({ process: keeper.number }, 'this process does the upkeep from now on');
  }

  function dismiss(child: Running): void {
    if (keeper !== child) return;
    keeper = undefined;
    appoint();
  }

  function askAll(): void {
    for (const child of running()) {
      if (child.stage === 'stopping') continue;
      if (child.unanswered < (child.stage === 'ready' ? mostUnanswered : mostUnansweredAtStart)) {
        child.unanswered++;
        child.send({ type: 'are you alive' });
      } else {
        logger.error({ process: child.number }, 'a process hangs: it does not answer its parent, so it is killed');
        child.process.kill('SIGKILL');
      }
    }
  }

  function receive(child: Running, message: FromChild): void {
    child.unanswered = 0;
    if (message.type === 'failed') child.failure = message.err;
    else if (message.type === 'stopping') {
      child.stage = 'stopping';
      dismiss(child);
    } else if (message.type === 'ready') {
      child.stage = 'ready';
      if (stage === 'running') logger.info({ process: child.number }, 'the process is ready');
      appoint();
      if (ready().length === count) allReady.resolve(message.urls);
    } else if (message.type === 'worked') {
      hasWorked = true;
      for (const other of running()) if (other !== child) other.send({ type: 'worked' });
    } else if (message.type !== 'alive') options.onMessage(child, message);
  }

  function launch(slot: Slot): void {
    slot.restart = undefined;
    const [program, ...args] = options.command(slot.number);
    const child = startChild(slot.number, fork(program, args));
    slot.running = child;
    child.process.on('message', (message) => receive(child, message as FromChild));
    void child.ended.then(() => onEnd(slot, child));
    if (hasWorked) child.send({ type: 'worked' });
  }

  function onEnd(slot: Slot, child: Running): void {
    slot.running = undefined;
    dismiss(child);
    options.onEnd(child);
    const how = endOf(child.process);
    const about = { process: slot.number, ended: how, ...(child.failure === undefined ? {} : { err: child.failure }) };
    if (stage === 'stopping') {
      // A process that had no handler yet ends by the signal itself.
      if (how !== 'exit code 0' && how !== 'SIGTERM') codes.push(`process ${slot.number}: ${how}`);
    } else if (stage === 'starting') {
      allReady.reject(new ChildNotStarted(child.failure ?? `process ${slot.number} ended before it was ready: ${how}`));
    } else {
      const restartInMs = pauseOf(slot, pauseMs);
      logger.warn({ ...about, restartInMs }, 'a process ended; another one takes its place');
      slot.restart = setTimeout(() => launch(slot), restartInMs);
    }
  }

  return {
    start: async () => {
      for (const slot of slots) launch(slot);
      // A process that stands at a breakpoint does not answer.
      if (inspectorUrl() === undefined) asking = setInterval(askAll, askEveryMs).unref();
      const urls = await allReady.promise;
      if (stage === 'starting') stage = 'running';
      return urls;
    },
    stop: async () => {
      stage = 'stopping';
      clearInterval(asking);
      for (const slot of slots) clearTimeout(slot.restart);
      const stopped = running().map(({ process, ended }) => {
        process.kill('SIGTERM');
        return ended;
      });
      await Promise.all(stopped);
      if (codes.length > 0) throw new Error(`not stopped in order: ${codes.join(', ')}`);
    },
    kill: () => {
      stage = 'stopping';
      clearInterval(asking);
      for (const { process } of running()) process.kill('SIGKILL');
    },
    ready,
  };
}

function startChild(number: number, process: ChildProcess): Running {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  process.once('exit', () => resolve());
  process.on('error', () => {
    // Without a pid it could not be started, and there will be no `exit`.
    if (process.pid === undefined) resolve();
  });
  const send: Child['send'] = (message, socket, onFailed) => {
    const onSent = (error: Error | null): void => {
      if (error !== null) onFailed?.();
    };
    if (process.connected) process.send(message, socket, { keepOpen: true }, onSent);
    else onFailed?.();
  };
  return { number, process, send, ended, stage: 'starting', failure: undefined, unanswered: 0 };
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return signalCode ?? (exitCode === null ? 'could not be started' : `exit code ${exitCode}`);
}

/** The pause before the next start, after an end just now. */
function pauseOf(slot: Slot, { first, longest }: { readonly first: number; readonly longest: number }): number {
  const now = Date.now();
  slot.endsMs = [...slot.endsMs.filter((at) => now - at < lateMs), now];
  return Math.min(first * 2 ** (slot.endsMs.length - 1), longest);
}
