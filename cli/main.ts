/**
 * The operator's command line, `npm run cli -- <command>`: starts and inspects checkouts, imports products, rotates
 * keys, replays events, audits. Every command takes `--json`. Exit codes: `./exit.ts`.
 */
import { Argument, Command, CommanderError } from 'commander';
import { adminEmail, adminPassword, buyerEmail, buyerPassword, item, moment, oneOf, uuid, whole } from './arguments.ts';
import { completionScript, shells, type Shell } from './completion.ts';
import { exitCodes, exitCodesHelp } from './exit.ts';
import { version } from './version.ts';
import type { TrailOptions } from './commands/audit-trail.ts';
import type { ListOptions } from './commands/checkout-list.ts';
import type { StartOptions } from './commands/checkout-start.ts';
import type { RotateOptions } from './commands/keys-rotate.ts';
import type { TailOptions } from './commands/events-tail.ts';
import type { ExplainOptions } from './commands/order-explain.ts';
import type { ImportCommandOptions } from './commands/products-import.ts';
import type { UserFindOptions } from './commands/user-find.ts';
import type { UserRoleOptions } from './commands/user-role.ts';
import type { AdjustOptions } from './commands/wallet-adjust.ts';
import type { Context } from './context.ts';

const env = process.env;
const asJson = process.argv.includes('--json');
const program = new Command('cli')
  .description('Operates the platform that `npm run dev` or a cluster runs.')
  .version(version(), '--version', 'print the version of this command line')
  .option('--json', 'print JSON for programs; errors too, as one object on stderr', false)
  .addHelpText('after', exitCodesHelp)
  // Subcommands inherit both, so they stand before the first of them.
  .exitOverride()
  .configureOutput(asJson ? { writeErr: () => undefined } : {});

/**
 * Runs a command. If it fails, prints the error and sets the exit code. Every command loads only what it needs, so that
 * none waits for the clients of all the others.
 */
async function run(command: (context: Context) => Promise<void>): Promise<void> {
  const { createContext } = await import('./context.ts');
  const context = createContext(env, asJson);
  try {
    await command(context);
  } catch (error) {
    const { failureOf, textOf } = await import('./failure.ts');
    const { failure, exitCode } = failureOf(error);
    console.error(asJson ? JSON.stringify({ error: failure }) : textOf(error));
    process.exitCode = exitCode;
  } finally {
    await context.close();
  }
}

const checkout = program.command('checkout').description('checkouts and their workflows');

checkout
  .command('start')
  .description("check out a user's cart through the public API")
  .addOption(buyerEmail())
  .addOption(buyerPassword())
  .option('--item <product:pieces>', 'add this product to the cart first; may be given several times', item, [])
  .option('--request-id <uuid>', 'the request id of an earlier attempt, to repeat it safely; default: a new one', uuid)
  .option('--wait <seconds>', 'wait up to this long for the end of the checkout, 0 to 8', whole(0, 8), 0)
  .action((options: StartOptions) =>
    run(async (context) => (await import('./commands/checkout-start.ts')).startCheckout(context, options)),
  );

checkout
  .command('status')
  .description('show the state of a checkout and the steps that it is retrying')
  .argument('<order-id>', 'the id of the order', uuid)
  .action((orderId: string) =>
    run(async (context) => (await import('./commands/checkout-status.ts')).checkoutStatus(context, orderId)),
  );

checkout
  .command('watch')
  .description('tell each state and step of a checkout until it has ended; the exit code is 5 unless it is COMPLETED')
  .argument('<order-id>', 'the id of the order', uuid)
  .action((orderId: string) =>
    run(async (context) => (await import('./commands/checkout-watch.ts')).watchCheckout(context, orderId)),
  );

checkout
  .command('list')
  .description('list checkouts, newest first')
  .addOption(oneOf('--status <status>', 'only with this status', ['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']))
  .option('--user <uuid>', 'only of this buyer', uuid)
  .option('--limit <number>', 'at most this many', whole(1, 10_000), 20)
  .action((options: ListOptions) =>
    run(async (context) => (await import('./commands/checkout-list.ts')).listCheckouts(context, options)),
  );

checkout
  .command('cancel')
  .description('cancel a running checkout; once the money is captured, or the order has ended, it says how to refund')
  .argument('<order-id>', 'the id of the order', uuid)
  .action((orderId: string) =>
    run(async (context) => (await import('./commands/checkout-cancel.ts')).cancelCheckout(context, orderId)),
  );

checkout
  .command('settle-lost')
  .description(
    'after a restore: end workflows that are ahead of the databases, and create lost orders again (docs/backup.md)',
  )
  .option('--since <time>', 'look for lost orders only in workflows started since then, ISO 8601', moment)
  .option('--dry-run', 'show what would be done, and change nothing', false)
  .action((options: { since?: Date; dryRun: boolean }) =>
    run(async (context) =>
      (await import('./commands/checkout-settle-lost.ts')).settleLostCheckouts(context, env, options),
    ),
  );

const order = program.command('order').description('orders');

order
  .command('show')
  .description('show an order with its lines')
  .argument('<order-id>', 'the id of the order', uuid)
  .action((orderId: string) =>
    run(async (context) => (await import('./commands/order-show.ts')).showOrder(context, orderId)),
  );

order
  .command('explain')
  .description('tell what happened to an order, where its money and goods are, and what happens next')
  .argument('<id>', 'the id of the order, or of a payment of it', uuid)
  .addOption(adminEmail())
  .addOption(adminPassword())
  .action((id: string, options: ExplainOptions) =>
    run(async (context) => (await import('./commands/order-explain.ts')).explainOrder(context, id, options)),
  );

const keys = program.command('keys').description('the keys that sign access tokens');

keys
  .command('list')
  .description('list all keys, oldest first, with their state and until when their tokens are valid')
  .action(() => run(async ({ json }) => (await import('./commands/keys-list.ts')).listKeys(env, json)));

keys
  .command('rotate')
  .description('replace the signing key; tokens of the old key stay valid until they expire')
  .option('--now', 'if the key has leaked: its tokens become invalid within a minute, and users must refresh theirs')
  .option('--new-secret', 'if JWT_SECRET was replaced: like --now; sso must be stopped meanwhile', false)
  .action((options: RotateOptions) =>
    run(async ({ json }) => (await import('./commands/keys-rotate.ts')).rotateKeys(env, json, options)),
  );

program
  .command('products')
  .description('the catalog')
  .command('import')
  .description('create and update products by SKU from a file of CSV or JSON lines; what it does not mention stays')
  .argument('<file>', 'the path of the file, or - for standard input')
  .addOption(oneOf('--format <format>', 'default: by the ending of the file name', ['csv', 'jsonl']))
  .option('--dry-run', 'check the file and show what would be imported, but change nothing', false)
  .option('--currency <code>', 'the currency of CSV prices without a column `currency`', 'USD')
  .addOption(adminEmail())
  .addOption(adminPassword())
  .action((file: string, options: ImportCommandOptions) =>
    run(async (context) => (await import('./commands/products-import.ts')).importProducts(context, file, options)),
  );

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
        (await import('./commands/wallet-adjust.ts')).adjustWallet(context, change, userId, amount, options),
      ),
    );
}

const user = program.command('user').description('users of the shop');

user
  .command('find')
  .description('find the user who has an email address, with their id and roles')
  .argument('<e-mail>', 'the whole email address')
  .addOption(adminEmail())
  .addOption(adminPassword())
  .action((address: string, options: UserFindOptions) =>
    run(async (context) => (await import('./commands/user-find.ts')).findUser(context, address, options)),
  );

for (const change of ['grant', 'revoke'] as const) {
  user
    .command(change)
    .description(
      change === 'grant'
        ? 'give a user a role; it counts from their next access token on'
        : 'take a role from a user, and end their sessions',
    )
    .argument('<e-mail|id>', 'the email address or the id of the user')
    .argument('<role>', 'admin or support')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option(
      '--request-id <uuid>',
      'the request id of an earlier attempt, to repeat it safely; default: a new one',
      uuid,
    )
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((who: string, role: string, options: UserRoleOptions) =>
      run(async (context) => (await import('./commands/user-role.ts')).changeRole(context, change, who, role, options)),
    );
}

program
  .command('audit-trail')
  .description('list what administrators changed, newest first: who, what, for whom, why')
  .option('--user <uuid>', 'only changes for this user', uuid)
  .option('--limit <number>', 'at most this many', whole(1, 200), 20)
  .addOption(adminEmail())
  .addOption(adminPassword())
  .action((options: TrailOptions) =>
    run(async (context) => (await import('./commands/audit-trail.ts')).showAuditTrail(context, options)),
  );

const events = program.command('events').description('events of orders');

events
  .command('resend')
  .description(
    'publish recent events again, after a restore or when Kafka has lost data; consumers ignore events that they know',
  )
  .option('--hours <hours>', 'events published at most this long before the newest one', whole(1, 8760), 1)
  .action(({ hours }: { hours: number }) =>
    run(async ({ json }) => (await import('./commands/events.ts')).resendEvents(env, json, hours)),
  );

events
  .command('tail')
  .description('print the events of orders as they come, until Ctrl-C')
  .option('--from-beginning', 'all events that Kafka still has, then the new ones', false)
  .option('--order <uuid>', 'only of this order', uuid)
  .option('--limit <number>', 'end after this many', whole(1, 1_000_000))
  .action((options: TailOptions) =>
    run(async ({ json }) => (await import('./commands/events-tail.ts')).tail(env, json, options)),
  );

const deadEvents = events
  .command('dead')
  .description('dead events: the relay could not publish them, or a consumer could not process them');

deadEvents
  .command('list')
  .description('list all dead events with their errors')
  .action(() => run(async ({ json }) => (await import('./commands/events.ts')).listDead(env, json)));

deadEvents
  .command('show')
  .description('show a dead event with its data')
  .argument('<id>', 'the id of the event')
  .action((id: string) => run(async ({ json }) => (await import('./commands/events.ts')).showDead(env, json, id)));

deadEvents
  .command('replay')
  .description('try dead events again; fix the cause of their errors first')
  .argument('[id...]', 'the ids of events; default: all')
  .action((ids: string[]) =>
    run(async ({ json }) =>
      (await import('./commands/events.ts')).replayDeadOnes(env, json, ids.length === 0 ? undefined : ids),
    ),
  );

program
  .command('audit')
  .description('check every invariant of money, stock, orders, events and workflows')
  .option(
    '--settled <seconds>',
    'checks across services ignore orders that ended less than this ago',
    whole(0, 86_400),
    120,
  )
  .option('--no-workflows', 'do not ask Temporal: check only the databases of the services')
  .action((options: { settled: number; workflows: boolean }) =>
    run(async ({ json }) =>
      (await import('./commands/audit.ts')).runAudit(env, {
        json,
        settledSeconds: options.settled,
        withWorkflows: options.workflows,
      }),
    ),
  );

program
  .command('doctor')
  .description('check every part of the platform from here, and say what mends it; the exit code is 4 if a part fails')
  .action(() => run(async (context) => (await import('./commands/doctor.ts')).examine(context, env)));

program
  .command('completion')
  .description('print the script that completes commands and options in a shell (docs/support.md)')
  .addArgument(new Argument('<shell>', 'the shell').choices(shells))
  .action((shell: Shell) => console.log(completionScript(program, shell)));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version end with 0. All others mean that the command line is wrong.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const message = error.message.replace(/^error: /, '');
  if (asJson && error.exitCode !== 0) console.error(JSON.stringify({ error: { reason: 'USAGE', message } }));
}
