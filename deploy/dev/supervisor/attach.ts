import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../bootstrap/failure.mjs';
import { isSameProcess } from '../bootstrap/identity.mjs';
import type { ControlCommand } from './control.ts';
import type { Stack } from './stack.ts';
import { endLeftovers } from './stale.ts';
import { isSupervised, readState, type StackState } from './state.ts';

const pollMs = 50;
const longestStopMs = 120_000;

/**
 * The stack that another process supervises, by its state file (ECOMMERCE_STACK_STATE in the environment of programs
 * that the launcher runs). Throws a Failure where none runs. `kill` sends the signal itself; the rest asks the supervisor.
 */
export function attachStack(stateFile: string): Stack {
  const state = readState(stateFile);
  if (state === undefined || !isSupervised(state)) {
    throw new Failure('No such stack is running.', { suggestion: 'Start it: npm run dev -- --detach' });
  }
  const pid = (part: string) => readState(stateFile)?.parts.find(({ name }) => name === part)?.pid;
  return {
    profile: state.profile,
    env: state.env,
    urls: state.urls,
    pid,
    kill: (part, signal = 'SIGKILL') => {
      const target = pid(part);
      if (target !== undefined) process.kill(target, signal);
    },
    stopPart: (part) => ask(stateFile, { verb: 'stopPart', part }),
    startPart: (part) => ask(stateFile, { verb: 'startPart', part }),
    stop: () => endStack(state),
  };
}

/** Gives the supervisor a command and waits until it is carried out. Rejects with its reason if it can't be. */
async function ask(stateFile: string, command: ControlCommand): Promise<void> {
  const control = readState(stateFile)?.control;
  if (control === undefined) throw new Error('The stack is not ready.');
  const response = await fetch(`http://127.0.0.1:${control.port}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}` },
    body: JSON.stringify(command),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Ends a stack by its state: the supervisor stops it, or, where that is gone, its processes are ended here. */
export async function endStack(state: StackState): Promise<void> {
  const { pid, identity } = state.supervisor;
  if (isSupervised(state)) {
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + longestStopMs;
    while (isSameProcess(pid, identity) && Date.now() < deadline) await delay(pollMs);
    if (isSameProcess(pid, identity)) process.kill(pid, 'SIGKILL');
  }
  await endLeftovers(state);
}
