/** `npm run cli -- <command>`: triggers and inspects checkouts, audits, rotates keys. Every command takes `--json`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { runAudit } from './commands/audit.ts';
import { cancelCheckout } from './commands/checkout-cancel.ts';
import { listCheckouts, type ListOptions } from './commands/checkout-list.ts';
import { settleLostCheckouts } from './commands/checkout-settle-lost.ts';
import { startCheckout, type StartOptions } from './commands/checkout-start.ts';
import { checkoutStatus } from './commands/checkout-status.ts';
import { listDead, replayDeadOnes, resendEvents, showDead } from './commands/events.ts';
import { listKeys } from './commands/keys-list.ts';
import { rotateKeys, type RotateOptions } from './commands/keys-rotate.ts';
import { importProducts, type ImportCommandOptions } from './commands/products-import.ts';
import { showOrder } from './commands/order-show.ts';
import { createContext, type Context } from './context.ts';

const env = process.env;
const program = new Command('cli').description('Operates the platform that `npm run dev` or a cluster runs.');
program.option('--json', 'print JSON for machines', false);

/** Opens what the command needs, runs it, and turns a failure into one line and exit code 1. */
async function run(command: (context: Context) => Promise<void>): Promise<void> {
  const context = createContext(env, program.opts<{ json: boolean }>().json);
  try {
    await command(context);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await context.close();
  }
}

const uuid = (value: string): string => {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('must be a UUID');
};

const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };

const moment = (value: string): Date => {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('must be a time, for example 2030-01-31T12:00:00Z');
};

function item(value: string, before: StartOptions['item']): StartOptions['item'] {
  const [productId = '', quantity = '1'] = value.split(':');
  return [...before, { productId: uuid(productId), quantity: whole(1, 100)(quantity) }];
}

const checkout = program.command('checkout').description('checkouts and their workflows');

checkout
  .command('start')
  .description("check a user's cart out through the public API")
  .addOption(new Option('--email <email>', 'who buys').env('DEMO_EMAIL').makeOptionMandatory())
  .addOption(new Option('--password <password>', 'their password').env('DEMO_PASSWORD').makeOptionMandatory())
  .option('--item <product:pieces>', 'put this into the cart first; may be repeated', item, [])
  .option('--request-id <uuid>', 'repeat an earlier request safely', uuid)
  .option('--wait <seconds>', 'wait for the end, at most 8 seconds', whole(0, 8), 0)
  .action((options: StartOptions) => run((context) => startCheckout(context, options)));

checkout
  .command('status')
  .description('how a checkout stands and what it waits for')
  .argument('<order-id>', 'the order', uuid)
  .action((orderId: string) => run((context) => checkoutStatus(context, orderId)));

checkout
  .command('list')
  .description('checkouts, newest first')
  .addOption(new Option('--status <status>', 'only these').choices(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']))
  .option('--user <uuid>', 'only those of one buyer', uuid)
  .option('--limit <number>', 'how many at most', whole(1, 10_000), 20)
  .action((options: ListOptions) => run((context) => listCheckouts(context, options)));

checkout
  .command('cancel')
  .description('cancel a running checkout; too late once the money is taken')
  .argument('<order-id>', 'the order', uuid)
  .action((orderId: string) => run((context) => cancelCheckout(context, orderId)));

checkout
  .command('settle-lost')
  .description('after a restore: let the databases alone decide how far every checkout came (docs/backup.md)')
  .option('--since <time>', 'look for lost orders among workflows started since, ISO 8601', moment)
  .option('--dry-run', 'say what would be done, and do nothing', false)
  .action((options: { since?: Date; dryRun: boolean }) => run((context) => settleLostCheckouts(context, env, options)));

program
  .command('order')
  .description('orders')
  .command('show')
  .description('one order with its lines')
  .argument('<order-id>', 'the order', uuid)
  .action((orderId: string) => run((context) => showOrder(context, orderId)));

const keys = program.command('keys').description('the keys that sign access tokens');

keys
  .command('list')
  .description('all keys, oldest first, with what each is good for')
  .action(() => run(({ json }) => listKeys(env, json)));

keys
  .command('rotate')
  .description('replace the key that signs; old tokens stay good until they expire')
  .option('--now', 'the key has leaked: its tokens end within a minute, and users have to refresh')
  .option('--new-secret', 'JWT_SECRET was replaced: as --now, for services that are stopped', false)
  .action((options: RotateOptions) => run(({ json }) => rotateKeys(env, json, options)));

program
  .command('products')
  .description('the catalog')
  .command('import')
  .description('create and change products by SKU from a CSV or JSON lines file')
  .argument('<file>', 'the file, or - for standard input')
  .addOption(new Option('--format <format>', 'default: what the name of the file says').choices(['csv', 'jsonl']))
  .option('--dry-run', 'check the file and say what would become of it, but change nothing', false)
  .option('--currency <code>', 'of CSV prices where there is no column `currency`', 'USD')
  .addOption(new Option('--email <email>', 'the admin').env('ADMIN_EMAIL').makeOptionMandatory())
  .addOption(new Option('--password <password>', 'their password').env('ADMIN_PASSWORD').makeOptionMandatory())
  .action((file: string, options: ImportCommandOptions) => run((context) => importProducts(context, file, options)));

const events = program.command('events').description('events of orders');

events
  .command('resend')
  .description('publish events once more, after a restore or when Kafka has lost data; who heard them takes no notice')
  .option('--hours <hours>', 'those published up to so long before the newest', whole(1, 8760), 1)
  .action(({ hours }: { hours: number }) => run(({ json }) => resendEvents(env, json, hours)));

const deadEvents = events
  .command('dead')
  .description('events given up: they could not be sent, or a consumer could not take them in');

deadEvents
  .command('list')
  .description('all of them, and why')
  .action(() => run(({ json }) => listDead(env, json)));

deadEvents
  .command('show')
  .description('one with its data')
  .argument('<id>', "the event's id")
  .action((id: string) => run(({ json }) => showDead(env, json, id)));

deadEvents
  .command('replay')
  .description('give them another try, once what they failed of is mended')
  .argument('[id...]', 'only these')
  .action((ids: string[]) => run(({ json }) => replayDeadOnes(env, json, ids.length === 0 ? undefined : ids)));

program
  .command('audit')
  .description('check every invariant of money, stock, orders, events and workflows')
  .option(
    '--settled <seconds>',
    'across services, look at orders that ended at least this long ago',
    whole(0, 86_400),
    120,
  )
  .option('--no-workflows', "leave Temporal out: look at the services' books only")
  .action((options: { settled: number; workflows: boolean }) =>
    run(({ json }) => runAudit(env, { json, settledSeconds: options.settled, withWorkflows: options.workflows })),
  );

await program.parseAsync();
