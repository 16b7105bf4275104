import type { Command } from 'commander';
import {
  adminEmail,
  adminPassword,
  currency,
  demandedReason,
  emailOrId,
  requestId,
  staffEmail,
  staffPassword,
  yes,
} from '../arguments.ts';
import type { AdjustOptions } from '../commands/wallet-adjust.ts';
import type { WalletShowOptions } from '../commands/wallet-show.ts';
import type { Run } from '../run.ts';

export function walletCommands(program: Command, run: Run): void {
  const wallet = program.command('wallet').description("users' wallets");

  wallet
    .command('show')
    .description("show a user's wallet: balance, what is held, and its last ten transactions")
    .argument('<e-mail|id>', 'the email address or the id of the user', emailOrId)
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((who: string, options: WalletShowOptions) =>
      run(async (context) => (await import('../commands/wallet-show.ts')).showWallet(context, who, options)),
    );

  for (const change of ['credit', 'debit'] as const) {
    wallet
      .command(change)
      .description(change === 'credit' ? "put money into a user's wallet" : "take money out of a user's wallet")
      .argument('<e-mail|id>', 'the email address or the id of the user', emailOrId)
      .argument('<amount>', 'for example 19.99')
      .addOption(demandedReason())
      .option('--currency <code>', 'the currency of the wallet', currency, 'USD')
      .addOption(requestId())
      .addOption(yes())
      .addOption(adminEmail())
      .addOption(adminPassword())
      .action((who: string, amount: string, options: AdjustOptions) =>
        run(async (context) =>
          (await import('../commands/wallet-adjust.ts')).adjustWallet(context, change, who, amount, options),
        ),
      );
  }
}
