import type { Command } from 'commander';

/** The commands of a program that do something, with their whole names: `order explain`. */
export function leavesOf(command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));
}
