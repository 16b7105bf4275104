import { closeSync, openSync } from 'node:fs';
import { groupGone, killGroup, spawnGuarded } from '../bootstrap/guard.mjs';
import { identityOf } from '../bootstrap/identity.mjs';
import type { Launch, Part } from './part.ts';
import { signalPart } from './signal.ts';

/** How a process ended. `text` is for the user: "exit code 1", "SIGKILL", "could not be started: …". */
interface Ending {
  readonly code: number | null;
  readonly text: string;
}

/** A running process, with all processes that it has started. */
export interface Child {
  readonly pid: number;
  readonly identity: string | undefined;
  /** Resolves when none of these processes is left. */
  readonly ended: Promise<Ending>;
  /** Sends a signal as `signalPart` does, unless the process has ended. */
  signal(kind: Part['kind'], signal: NodeJS.Signals): void;
  /** Asks the process to stop. After its grace time, kills it and its whole group. */
  stop(): Promise<Ending>;
}

/** Starts a program in a new process group. Its standard output and error go to the log file. */
export function startChild(launch: Launch, logFile: string): Child {
  const log = openSync(logFile, 'a');
  const spawned = spawnGuarded(launch.program, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['ignore', log, log],
    stopSignal: launch.stopSignal,
    graceSeconds: launch.graceSeconds,
    ...launch.user,
  });
  closeSync(log);
  const pid = spawned.pid ?? 0;
  const ended = new Promise<Ending>((resolve) => {
    spawned.once('error', (error) => resolve({ code: null, text: `could not be started: ${error.message}` }));
    spawned.once('exit', (code, signal) => {
      void groupGone(pid).then(() => resolve({ code, text: signal ?? `exit code ${code}` }));
    });
  });
  const stopNow = async () => {
    spawned.kill(launch.stopSignal);
    const timer = setTimeout(() => killGroup(pid), launch.graceSeconds * 1000);
    const ending = await ended;
    clearTimeout(timer);
    return ending;
  };
  let stopped: Promise<Ending> | undefined;
  const stop = () => (stopped ??= stopNow());
  const signal: Child['signal'] = (kind, name) => {
    if (pid > 0 && spawned.exitCode === null && spawned.signalCode === null) signalPart(kind, pid, name);
  };
  return { pid, identity: identityOf(pid), ended, signal, stop };
}
