import type { Command } from 'commander';
import { CliCommand } from './command.ts';
import { exitCodesHelp } from './exit.ts';
import { cartCommands } from './groups/cart.ts';
import { checkoutCommands } from './groups/checkout.ts';
import { completionCommand } from './groups/completion.ts';
import { eventsCommands } from './groups/events.ts';
import { keysCommands } from './groups/keys.ts';
import { orderCommands } from './groups/order.ts';
import { platformCommands } from './groups/platform.ts';
import { productsCommands } from './groups/products.ts';
import { trailCommand } from './groups/trail.ts';
import { userCommands } from './groups/user.ts';
import { walletCommands } from './groups/wallet.ts';
import { helpConfiguration } from './help.ts';
import type { Run } from './run.ts';
import { version } from './version.ts';

/**
 * All commands of the command line. @param writeErr prints what a wrong command line is told
 * @throws CommanderError of `parseAsync`, for a wrong command line, and for help and the version, which end with 0
 */
export function createProgram(run: Run, writeErr: (text: string) => void): Command {
  const program = new CliCommand('cli')
    .description(
      'Operates the platform that `npm run dev` or a cluster runs: `npm run cli -- <command>`, or without npm ' +
        '`node cli/main.ts <command>`. `<command> --help` tells its options; docs/support.md, what it needs.',
    )
    .version(version(), '--version', 'print the version of this command line')
    .option('--json', 'print JSON for programs; errors too, as one object on stderr', false)
    .addHelpText('after', exitCodesHelp)
    // Subcommands inherit these, so they stand before the first of them.
    .exitOverride()
    .configureHelp(helpConfiguration)
    .configureOutput({ writeErr });

  // Help lists the groups in this order.
  checkoutCommands(program, run);
  cartCommands(program, run);
  orderCommands(program, run);
  keysCommands(program, run);
  productsCommands(program, run);
  walletCommands(program, run);
  userCommands(program, run);
  trailCommand(program, run);
  eventsCommands(program, run);
  platformCommands(program, run);
  completionCommand(program);
  return program;
}
