import type { Ending } from '../lifeline.ts';

/** What every command gets. */
export interface CommandContext {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly ending: Ending;
  /** Results, for people and programs. Progress and errors go to standard error. */
  readonly print: (text: string) => void;
}

/** A command; resolves with the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** Takes a flag out of the arguments. */
export function takeFlag(args: readonly string[], flag: string): { readonly on: boolean; readonly rest: string[] } {
  const rest = args.filter((arg) => arg !== flag);
  return { on: rest.length < args.length, rest };
}
