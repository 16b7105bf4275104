import type { Part } from './part.ts';

/** Signals that a program can't pass on to the processes that it has started. */
const notPassedOn = new Set<NodeJS.Signals>(['SIGKILL', 'SIGSTOP', 'SIGCONT']);

/**
 * Sends a signal to a part. An app may be several processes. Those signals that it can't pass on go to all of them, so
 * that the part is hit as a whole. A server gets the signal alone: what it does with its processes is its own affair.
 * @throws Error with the code ESRCH if it has ended
 */
export function signalPart(kind: Part['kind'], pid: number, signal: NodeJS.Signals): void {
  process.kill(kind === 'app' && notPassedOn.has(signal) ? -pid : pid, signal);
}
