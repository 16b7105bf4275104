import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../bootstrap/failure.mjs';
import { isSameProcess } from '../bootstrap/identity.mjs';
import type { ControlCommand } from './control.ts';
import type { Stack } from './stack.ts';
import { signalPart } from './signal.ts';
import { endLeftovers } from './stale.ts';
import { isSupervised, readState, type StackState } from './state.ts';

const pollMs = 50;
const longestStopMs = 120_000;

/**
 * A handle on a stack that another process supervises. The launcher gives programs the path of the state file in
 * ECOMMERCE_STACK_STATE. `kill` sends the signal itself; all other functions ask the supervisor.
 * @throws Failure if the stack is not running
 */
export function attachStack(stateFile: string): Stack {
  const state = readState(stateFile);
  if (state === undefined || !isSupervised(state)) {
    throw new Failure(`No stack with the state file ${stateFile} is running.`, {
      suggestion: 'Start the dev stack: npm run dev -- --detach',
    });
  }
  const stateOf = (part: string) => readState(stateFile)?.parts.find(({ name }) => name === part);
  return {
    profile: state.profile,
    env: state.env,
    urls: state.urls,
    pid: (part) => stateOf(part)?.pid,
    kill: (part, signal = 'SIGKILL') => {
      const target = stateOf(part);
      if (target?.pid !== undefined) signalPart(target.kind, target.pid, signal);
    },
    stopPart: (part) => ask(stateFile, { verb: 'stopPart', part }),
    startPart: (part) => ask(stateFile, { verb: 'startPart', part }),
    stop: () => endStack(state),
  };
}

/**
 * Sends a command to the supervisor and waits until it is done. @throws Error with the supervisor's reason if it fails
 */
async function ask(stateFile: string, command: ControlCommand): Promise<void> {
  const control = readState(stateFile)?.control;
  if (control === undefined) throw new Error('The stack is not ready yet: wait until `npm run status` says so.');
  const response = await fetch(`http://127.0.0.1:${control.port}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}` },
    body: JSON.stringify(command),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Stops a stack. Its supervisor does it, or, if that has ended, this process ends the processes that are left. */
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
