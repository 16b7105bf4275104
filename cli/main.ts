/**
 * The operator's command line, `npm run cli -- <command>`: starts and inspects checkouts, imports products, rotates
 * keys, replays events, audits. Every command takes `--json`. Its commands: `./groups`. Exit codes: `./exit.ts`.
 */
import { Command, CommanderError } from 'commander';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { visible } from '../platform/telemetry/visible.ts';
import { exitCodes, exitCodesHelp } from './exit.ts';
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
import { runner } from './run.ts';
import { version } from './version.ts';
import { warnJson } from './say.ts';

// What a command loads is compiled once for all its runs. Not in the shared folder for temporary files: who writes there
// could run code here. Where the folder cannot be written, it is compiled each time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/cli'));

const asJson = process.argv.includes('--json');
const run = runner(process.env, { json: asJson, sure: process.argv.includes('--yes') });
const program = new Command('cli')
  .description('Operates the platform that `npm run dev` or a cluster runs.')
  .version(version(), '--version', 'print the version of this command line')
  .option('--json', 'print JSON for programs; errors too, as one object on stderr', false)
  .addHelpText('after', exitCodesHelp)
  // Subcommands inherit both, so they stand before the first of them.
  .exitOverride()
  .configureOutput({ writeErr: (text) => (asJson ? undefined : process.stderr.write(visible(text))) });

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

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version end with 0. All others mean that the command line is wrong.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const message = error.message.replace(/^error: /, '');
  if (asJson && error.exitCode !== 0) warnJson({ error: { reason: 'USAGE', message } });
}
