import type { Command } from 'commander';
import { oneOfThese } from '../arguments.ts';
import { completionScript, shells, type Shell } from '../completion.ts';
import { say } from '../say.ts';

export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the script that completes commands and options in a shell (docs/support.md)')
    .addArgument(oneOfThese('<shell>', 'the shell', shells))
    .action((shell: Shell) => say(completionScript(program, shell)));
}
