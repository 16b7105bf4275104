import { rmSync } from 'node:fs';
import { lockHolder } from '../bootstrap/lock.mjs';
import { endStack } from '../supervisor/attach.ts';
import { deleteData, foldersOf } from '../supervisor/folders.ts';
import { isSupervised, type StackState } from '../supervisor/state.ts';
import { isConfirmed } from '../ui/confirm.ts';
import { takeFlag, type Command, type CommandContext } from './context.ts';
import { knownStacks } from './stacks.ts';

/** Stops the dev stack, a demo that was kept, and what killed launchers left behind. Stacks of running tests stay. */
export const stop: Command = async (context) => {
  const stacks = knownStacks(context.root).filter((state) => !isTestRun(state));
  if (stacks.length === 0) context.print('No stack is running.');
  for (const state of stacks) await end(context, state);
  return 0;
};

/**
 * Stops the dev stack and deletes its data, so that the next start begins with empty data. At a terminal it asks before,
 * unless it gets `--yes`.
 */
export const reset: Command = async (context) => {
  const { on: sure } = takeFlag(context.args, '--yes');
  const question = 'Delete all orders, products and users of the dev stack?';
  if (!sure && process.stdin.isTTY && !(await isConfirmed(question, context.ending.signal))) {
    context.print('Nothing was changed.');
    return 1;
  }
  const state = knownStacks(context.root).find(({ profile }) => profile === 'dev');
  if (state !== undefined) await end(context, state);
  const folders = foldersOf(context.root, 'dev');
  const starting = lockHolder(folders.lockFile);
  if (starting !== undefined) process.kill(starting.pid, 'SIGTERM');
  deleteData(folders);
  context.print('The data of the dev stack are deleted. Start it again with: npm run dev');
  const external = state?.parts.filter(({ from }) => from === 'environment').map(({ title }) => title) ?? [];
  if (external.length > 0)
    context.print(`The data of ${external.join(', ')} are unchanged, because the environment gives their addresses.`);
  return 0;
};

function isTestRun(state: StackState): boolean {
  return isSupervised(state) && /^(test|bench|fixture)/.test(state.profile);
}

async function end({ root, print }: CommandContext, state: StackState): Promise<void> {
  process.stderr.write(`Stopping the ${state.profile} stack\n`);
  await endStack(state);
  const { stateFile, lockFile } = foldersOf(root, state.profile);
  rmSync(stateFile, { force: true });
  if (lockHolder(lockFile) === undefined) rmSync(lockFile, { force: true });
  print(`The ${state.profile} stack is stopped.`);
}
