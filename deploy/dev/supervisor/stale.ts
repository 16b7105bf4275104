import { setTimeout as delay } from 'node:timers/promises';
import { killGroup } from '../bootstrap/guard.mjs';
import { isSameProcess } from '../bootstrap/identity.mjs';
import type { StackState } from './state.ts';

const pollMs = 100;

/**
 * Ends the processes in the state of a supervisor that has ended. A process that got the same number later has another
 * start time, so it is not touched. Returns the names of the parts that were ended.
 */
export async function endLeftovers(state: StackState): Promise<string[]> {
  const left = state.parts.filter(({ pid, identity }) => pid !== undefined && isSameProcess(pid, identity));
  await Promise.all(
    left.map(async ({ pid = 0, identity, stopSignal = 'SIGTERM', graceSeconds = 5 }) => {
      send(pid, stopSignal);
      const deadline = Date.now() + graceSeconds * 1000;
      while (isSameProcess(pid, identity) && Date.now() < deadline) await delay(pollMs);
      killGroup(pid);
    }),
  );
  return left.map((part) => part.name);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
