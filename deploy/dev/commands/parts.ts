import { constants } from 'node:os';
import { Failure } from '../bootstrap/failure.mjs';
import { attachStack } from '../supervisor/attach.ts';
import { foldersOf } from '../supervisor/folders.ts';
import type { Stack } from '../supervisor/stack.ts';
import type { Command, CommandContext } from './context.ts';
import { chosenStack } from './stacks.ts';

/** `kill <part> [signal]`: sends SIGKILL or the given signal to a part. The supervisor starts the part again. */
export const kill: Command = (context) =>
  onPart(context, async (stack, part, [signal = 'SIGKILL']) => {
    if (!isSignal(signal))
      throw new Failure(`${signal} is not a signal.`, {
        suggestion: 'Use SIGKILL, SIGTERM, SIGSTOP or another signal.',
      });
    stack.kill(part, signal);
  });

/** `stop-part <part>`: stops one part of a running stack. It stays down until it is started. */
export const stopPart: Command = (context) => onPart(context, (stack, part) => stack.stopPart(part));

/** `start-part <part>`: starts a stopped part and waits until it is healthy. */
export const startPart: Command = (context) => onPart(context, (stack, part) => stack.startPart(part));

/** `restart <part>`: stops a part, starts it and waits until it is healthy. */
export const restart: Command = (context) =>
  onPart(context, async (stack, part) => {
    await stack.stopPart(part);
    await stack.startPart(part);
  });

type Act = (stack: Stack, part: string, rest: readonly string[]) => Promise<void>;

async function onPart({ root, args }: CommandContext, act: Act): Promise<number> {
  const { state, rest } = chosenStack(root, args);
  const [part, ...more] = rest;
  const names = state.parts.map(({ name }) => name);
  if (part === undefined || !names.includes(part)) {
    throw new Failure(part === undefined ? 'No part is named.' : `There is no part called ${part}.`, {
      suggestion: `Name one of ${names.join(', ')}.`,
    });
  }
  await act(attachStack(foldersOf(root, state.profile).stateFile), part, more);
  return 0;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
