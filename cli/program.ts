import { Command } from 'commander';
import { exitCodesHelp } from './exit.ts';
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
import type { Run } from './run.ts';
import { version } from './version.ts';

/**
 * All commands of the command line. @param writeErr prints what a wrong command line is told
 * @throws CommanderError of `parseAsync`, for a wrong command line, and for help and the version, which end with 0
 */
export function createProgram(run: Run, writeErr: (text: string) => void): Command {
  const program = new Command('cli')
    .description('Operates the platform that `npm run dev` or a cluster runs.')
    .version(version(), '--version', 'print the version of this command line')
    .option('--json', 'print JSON for programs; errors too, as one object on stderr', false)
    .addHelpText('after', exitCodesHelp)
    // `--json` stands in the help of every command.
    .configureHelp({ showGlobalOptions: true })
    // Subcommands inherit these, so they stand before the first of them.
    .exitOverride()
    .configureOutput({ writeErr });

  // Help lists the groups in this order.
  checkoutCommands(program, run);
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
