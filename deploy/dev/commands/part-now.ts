import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { probeHttp } from '../supervisor/probe.ts';
import type { PartState } from '../supervisor/state.ts';

const answerWithinMs = 2_000;
/** What the parent of several processes logs each time (runtime/processes/children.ts). */
export const processEnded = 'a process ended; another one takes its place';
/** The end of a longer log is read. */
const mostLogBytes = 64 * 1024 * 1024;

/**
 * Whether an app takes calls now. The supervisor watches its process only, and that may be the parent of others that all
 * crash. @returns true also for parts that nobody can ask
 */
export async function takesCalls({ kind, ports }: Pick<PartState, 'kind' | 'ports'>): Promise<boolean> {
  const port = kind === 'app' ? ports['http'] : undefined;
  if (port === undefined) return true;
  return probeHttp(`http://127.0.0.1:${port}/ready`, AbortSignal.timeout(answerWithinMs)).then(
    () => true,
    () => false,
  );
}

export interface ProcessRestarts {
  readonly count: number;
  /** Those of the last minute. */
  readonly lately: number;
}

const latelyMs = 60_000;
/** What is kept of a line that is read in pieces: its begin with the time. The error behind that may be long. */
const mostLineLength = 256 * 1024;
const timeOfLine = /"time":"([^"]+)"/;

/** How often a process of an app was started again by its parent, by the app's log. */
export async function processRestarts({ kind, log }: Pick<PartState, 'kind' | 'log'>): Promise<ProcessRestarts> {
  const size =
    kind === 'app'
      ? await stat(log).then(
          (found) => found.size,
          () => 0,
        )
      : 0;
  if (size === 0) return { count: 0, lately: 0 };
  const times: number[] = [];
  let rest = '';
  for await (const chunk of createReadStream(log, { encoding: 'utf8', start: Math.max(0, size - mostLogBytes) })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = (lines.pop() ?? '').slice(0, mostLineLength);
    const told = lines.filter((line) => line.includes(processEnded));
    times.push(...told.map((line) => Date.parse(timeOfLine.exec(line)?.[1] ?? '')));
  }
  return { count: times.length, lately: times.filter((time) => Date.now() - time < latelyMs).length };
}
