import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../bootstrap/failure.mjs';
import { createBackoff } from './backoff.ts';
import { type Child, startChild } from './child.ts';
import { rotate } from './logs.ts';
import type { Launch, Part, Prepared, Stage, Way } from './part.ts';
import { expectOwnPorts, whoHas } from './own-ports.ts';
import { untilHealthy } from './probe.ts';

// An external part (for example a Postgres from the environment) is already running or not, so it gets little time.
const externalReadySeconds = 15;

export interface RunnerDeps {
  readonly part: Part;
  readonly way: Way;
  /** The ports on which its process listens, if it has one. */
  readonly ports: readonly number[];
  readonly logFile: string;
  readonly onChange: (stage: Stage, detail?: string) => void;
  /** Called once, if a part that was healthy has ended too often to be started again. */
  readonly onGivenUp: (failure: Failure) => void;
  /** Resolves when all parts that this one depends on are healthy. Called before each restart. */
  readonly dependenciesHealthy: (signal: AbortSignal) => Promise<void>;
}

/** Runs one part: prepares it once, then starts, restarts and stops it any number of times. */
export interface Runner {
  readonly stage: () => Stage;
  readonly child: () => Child | undefined;
  /** Sends a signal to the part; see `signalPart`. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly launch: () => Launch | undefined;
  readonly version: () => string | undefined;
  readonly restarts: () => number;
  /** Installs and initialises the part. The signal aborts that. */
  prepare(signal: AbortSignal): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the runner of a part; nothing is started yet. Its `prepare` and `start` reject with a Failure for the user. */
export function createRunner(deps: RunnerDeps): Runner {
  const { part, way, logFile } = deps;
  let stage: Stage = 'waiting';
  let prepared: Prepared = {};
  let isPrepared = false;
  let child: Child | undefined;
  let run = new AbortController();
  let restarts = 0;
  const backoff = createBackoff();

  const enter = (next: Stage, detail?: string) => {
    stage = next;
    deps.onChange(next, detail);
  };
  const fail = (what: string, cause?: unknown): Failure => {
    enter('failed', what);
    if (isPrepared && prepared.launch === undefined) {
      // An external part: we have no log of it.
      const suggestion = 'Check that the address in the environment is right, and that the server is running.';
      return new Failure(`${part.title}: ${what}`, { suggestion, cause });
    }
    return new Failure(`${part.title}: ${what}`, { logFile, suggestion: part.suggestion, cause });
  };

  const launchOnce = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    // A restart was told when the part ended.
    if (stage !== 'restarting') enter(restarts === 0 ? 'starting' : 'restarting');
    const current = prepared.launch === undefined ? undefined : startChild(prepared.launch, logFile);
    child = current;
    const over = new AbortController();
    void current?.ended.then((ending) => over.abort(new Error(`ended (${ending.text})`)));
    if (part.kind === 'task' && current !== undefined) {
      const ending = await current.ended;
      if (ending.code !== 0) throw new Error(`ended (${ending.text})`);
      enter('done');
      return;
    }
    const ports = current === undefined || way.listensElsewhere === true ? [] : deps.ports;
    const probe = async (trying: AbortSignal) => {
      await way.probe(trying);
      if (current !== undefined) await expectOwnPorts(current.pid, ports);
    };
    try {
      await untilHealthy(probe, {
        withinSeconds: current === undefined ? externalReadySeconds : part.readyWithinSeconds,
        signal: AbortSignal.any([signal, over.signal]),
      });
    } catch (error) {
      const other = over.signal.aborted && !signal.aborted ? await whoHas(ports) : undefined;
      throw other === undefined ? error : new Error(`${messageOf(error)}; ${other}`, { cause: error });
    }
    enter('healthy');
    if (current !== undefined) void current.ended.then((ending) => onEnd(current, `ended (${ending.text})`));
  };

  const onEnd = async (ended: Child, text: string): Promise<void> => {
    const { signal } = run;
    let wasHealthy = true;
    for (let reason = text; child === ended && !signal.aborted; wasHealthy = false) {
      const pause = backoff.next(Date.now(), wasHealthy);
      if (pause === undefined) {
        deps.onGivenUp(fail(`${reason}; it ended too often, so it is not started again`));
        return;
      }
      restarts++;
      enter('restarting', reason);
      try {
        await delay(pause, undefined, { signal });
        await deps.dependenciesHealthy(signal);
        await launchOnce(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        await child?.stop();
        reason = messageOf(error);
        if (child !== undefined) ended = child;
      }
    }
  };

  return {
    stage: () => stage,
    child: () => child,
    signal: (signal) => child?.signal(part.kind, signal),
    launch: () => prepared.launch,
    version: () => prepared.version ?? undefined,
    restarts: () => restarts,
    async prepare(signal) {
      rotate(logFile);
      try {
        prepared = await way.prepare();
        isPrepared = true;
      } catch (error) {
        if (signal.aborted) {
          enter('stopped');
          throw error;
        }
        if (error instanceof Failure) {
          enter('failed', error.message);
          throw error;
        }
        throw fail(messageOf(error), error);
      }
    },
    async start() {
      run = new AbortController();
      const { signal } = run;
      try {
        await launchOnce(signal);
      } catch (error) {
        if (!signal.aborted) run.abort();
        await child?.stop();
        throw signal.reason === stoppedState ? error : fail(messageOf(error), error);
      }
    },
    async stop() {
      run.abort(stoppedState);
      if (stage === 'done') return;
      const running = child;
      if (running === undefined) {
        if (stage !== 'failed' && stage !== 'stopped') enter('stopped');
        return;
      }
      const failed = stage === 'failed';
      if (!failed && stage !== 'stopping') enter('stopping');
      await running.stop();
      // Somebody else has asked for the same stop, and its end was told.
      if (child !== running) return;
      child = undefined;
      if (!failed) enter('stopped');
    },
  };
}

const stoppedState = new Error('stopped');

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
