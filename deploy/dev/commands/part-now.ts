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

/** How often a process of an app was started again by its parent, by the app's log. */
export async function processRestarts({ kind, log }: Pick<PartState, 'kind' | 'log'>): Promise<number> {
  const size =
    kind === 'app'
      ? await stat(log).then(
          ({ size: bytes }) => bytes,
          () => 0,
        )
      : 0;
  if (size === 0) return 0;
  let count = 0;
  let rest = '';
  for await (const chunk of createReadStream(log, { encoding: 'utf8', start: Math.max(0, size - mostLogBytes) })) {
    const pieces = (rest + String(chunk)).split(processEnded);
    count += pieces.length - 1;
    rest = (pieces.at(-1) ?? '').slice(1 - processEnded.length);
  }
  return count;
}
