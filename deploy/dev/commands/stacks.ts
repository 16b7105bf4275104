import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { foldersOf } from '../supervisor/folders.ts';
import { isSupervised, readState, type StackState } from '../supervisor/state.ts';

/** The states of all stacks of this checkout that have a state file, `dev` first. */
export function knownStacks(root: string): StackState[] {
  const folder = join(root, '.state');
  if (!existsSync(folder)) return [];
  const profiles = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return profiles
    .map((entry) => readState(foldersOf(root, entry.name).stateFile))
    .filter((state) => state !== undefined)
    .sort((a, b) => Number(b.profile === 'dev') - Number(a.profile === 'dev'));
}

/**
 * The running stack that a command means: the one named by `--profile`, else `dev`, else any other.
 * @throws Failure if it is not running
 */
export function chosenStack(root: string, args: readonly string[]): { state: StackState; rest: string[] } {
  const at = args.indexOf('--profile');
  const profile = at === -1 ? undefined : args[at + 1];
  const rest = args.filter((_, index) => at === -1 || (index !== at && index !== at + 1));
  const running = knownStacks(root).filter(isSupervised);
  const state = profile === undefined ? running[0] : running.find((stack) => stack.profile === profile);
  if (state !== undefined) return { state, rest };
  throw new Failure(profile === undefined ? 'No stack is running.' : `No ${profile} stack is running.`, {
    suggestion: 'Start the dev stack with `npm run dev`, or see what runs with `npm run status`.',
  });
}
