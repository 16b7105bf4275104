import type { Command } from 'commander';
import { adminEmail, adminPassword, uuid } from '../arguments.ts';
import type { AdjustOptions } from '../commands/wallet-adjust.ts';
import type { Run } from '../run.ts';

export function walletCommands(program: Command, run: Run): void {
  const wallet = program.command('wallet').description("users' wallets");

  for (const change of ['credit', 'debit'] as const) {
    wallet
      .command(change)
      .description(change === 'credit' ? "put money into a user's wallet" : "take money out of a user's wallet")
      .argument('<user-id>', 'the id of the user', uuid)
      .argument('<amount>', 'for example 19.99')
      .requiredOption('--reason <text>', 'why, for the audit trail')
      .option('--currency <code>', 'the currency of the wallet', 'USD')
      .option(
        '--request-id <uuid>',
        'the request id of an earlier attempt, to repeat it safely; default: a new one',
        uuid,
      )
      .addOption(adminEmail())
      .addOption(adminPassword())
      .action((userId: string, amount: string, options: AdjustOptions) =>
        run(async (context) =>
          (await import('../commands/wallet-adjust.ts')).adjustWallet(context, change, userId, amount, options),
        ),
      );
  }
}
