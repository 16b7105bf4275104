import type { Command } from 'commander';
import {
  adminEmail,
  adminPassword,
  demandedReason,
  emailOrId,
  oneOfThese,
  requestId,
  staffEmail,
  staffPassword,
  yes,
} from '../arguments.ts';
import type { UserFindOptions } from '../commands/user-find.ts';
import type { UserRoleOptions } from '../commands/user-role.ts';
import type { Run } from '../run.ts';

export function userCommands(program: Command, run: Run): void {
  const user = program.command('user').description('users of the shop');

  user
    .command('find')
    .description('find the user who has an email address or an id, with their roles')
    .argument('<e-mail|id>', 'the whole email address, or the id of the user', emailOrId)
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((who: string, options: UserFindOptions) =>
      run(async (context) => (await import('../commands/user-find.ts')).findUser(context, who, options)),
    );

  for (const change of ['grant', 'revoke'] as const) {
    user
      .command(change)
      .description(
        change === 'grant'
          ? "give a user a role; it counts from the user's next access token on"
          : 'take a role from a user, and end their sessions',
      )
      .argument('<e-mail|id>', 'the email address or the id of the user', emailOrId)
      .addArgument(oneOfThese('<role>', 'which role', ['admin', 'support']))
      .addOption(demandedReason())
      .addOption(requestId())
      .addOption(yes())
      .addOption(adminEmail())
      .addOption(adminPassword())
      .action((who: string, role: string, options: UserRoleOptions) =>
        run(async (context) =>
          (await import('../commands/user-role.ts')).changeRole(context, change, who, role, options),
        ),
      );
  }
}
