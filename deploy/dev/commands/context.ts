import type { Ending } from '../lifeline.ts';

/** What the launcher passes to every command. */
export interface CommandContext {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly ending: Ending;
  /** Prints a result to standard output. Progress and errors go to standard error. */
  readonly print: (text: string) => void;
}

/** A command of the launcher. It resolves with the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** Tells whether the flag is among the arguments, and gives the other arguments. */
export function takeFlag(args: readonly string[], flag: string): { readonly on: boolean; readonly rest: string[] } {
  const rest = args.filter((arg) => arg !== flag);
  return { on: rest.length < args.length, rest };
}
