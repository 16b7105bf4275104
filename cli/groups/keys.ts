import type { Command } from 'commander';
import { reason, yes } from '../arguments.ts';
import type { RotateOptions } from '../commands/keys-rotate.ts';
import type { Run } from '../run.ts';

export function keysCommands(program: Command, run: Run): void {
  const keys = program.command('keys').description('the keys that sign access tokens');

  keys
    .command('list')
    .description('list all keys, oldest first, with their state and the time at which their last tokens expire')
    .action(() => run(async ({ env, json }) => (await import('../commands/keys-list.ts')).listKeys(env, json)));

  keys
    .command('rotate')
    .description('replace the signing key; tokens of the old key stay valid until they expire')
    .option('--now', 'if the key has leaked: its tokens become invalid within 45 s, and users must refresh theirs')
    .option('--new-secret', 'if JWT_SECRET was replaced: does the same as --now; stop sso first', false)
    .addOption(reason())
    .addOption(yes())
    .action((options: RotateOptions) =>
      run(async (context) => (await import('../commands/keys-rotate.ts')).rotateKeys(context, options)),
    );
}
