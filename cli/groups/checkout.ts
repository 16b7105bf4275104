import type { Command } from 'commander';
import type { MaybeAccount } from '../account.ts';
import {
  adminEmail,
  adminPassword,
  anyEmail,
  anyPassword,
  buyerEmail,
  buyerPassword,
  item,
  limit,
  moment,
  reason,
  requestId,
  statusOption,
  uuid,
  whole,
  yes,
} from '../arguments.ts';
import type { CancelOptions } from '../commands/checkout-cancel.ts';
import type { ListOptions } from '../commands/checkout-list.ts';
import type { LoadOptions } from '../commands/checkout-load.ts';
import type { SettleOptions } from '../commands/checkout-settle-lost.ts';
import type { StartOptions } from '../commands/checkout-start.ts';
import { orderId as asOrderId } from '../order-id.ts';
import type { Run } from '../run.ts';

export function checkoutCommands(program: Command, run: Run): void {
  const checkout = program.command('checkout').description('checkouts and their workflows');

  checkout
    .command('start')
    .description("check out a user's cart through the public API: all that it holds, also from before")
    .addOption(buyerEmail())
    .addOption(buyerPassword())
    .option(
      '--item <product:pieces>',
      'put this many of a product into the cart first: its id, exact name or SKU; may be given again',
      item,
      [],
    )
    .addOption(requestId())
    .option('--wait <seconds>', 'wait up to this long for the end of the checkout, 0 to 8', whole(0, 8), 0)
    .action((options: StartOptions) =>
      run(async (context) => (await import('../commands/checkout-start.ts')).startCheckout(context, options)),
    );

  const ofOrder = (name: string, description: string): Command =>
    checkout
      .command(name)
      .description(description)
      .argument('<order-id>', 'the id of the order', asOrderId)
      .addOption(anyEmail())
      .addOption(anyPassword());

  ofOrder('status', 'show the state of a checkout and the steps that it is retrying').action(
    (orderId: string, account: MaybeAccount) =>
      run(async (context) =>
        (await import('../commands/checkout-status.ts')).checkoutStatus(context, orderId, account),
      ),
  );

  ofOrder(
    'watch',
    'show each state and step of a checkout until it ends; the exit code is 5 if it ends FAILED or CANCELLED',
  ).action((orderId: string, account: MaybeAccount) =>
    run(async (context) => (await import('../commands/checkout-watch.ts')).watchCheckout(context, orderId, account)),
  );

  checkout
    .command('list')
    .description('list checkouts, newest first')
    .addOption(statusOption('only with this status', ['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']))
    .option('--user <uuid>', 'only of this buyer', uuid)
    .addOption(limit(10_000))
    .action((options: ListOptions) =>
      run(async (context) => (await import('../commands/checkout-list.ts')).listCheckouts(context, options)),
    );

  ofOrder('cancel', 'cancel a running checkout; if the money is already captured, tell how to refund the order')
    .addOption(reason("for the audit trail and the order's history, which the buyer can read"))
    .addOption(yes())
    .action((orderId: string, options: CancelOptions) =>
      run(async (context) =>
        (await import('../commands/checkout-cancel.ts')).cancelCheckout(context, orderId, options),
      ),
    );

  checkout
    .command('load')
    .description(
      'make many checkouts by new users, and show how long they took; the exit code is 5 if one did not complete',
    )
    .argument('<checkouts>', 'how many, 1 to 100000', whole(1, 100_000))
    .option('--concurrency <number>', 'how many at the same time, 1 to 500', whole(1, 500), 10)
    .addOption(yes())
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((checkouts: number, options: LoadOptions) =>
      run(async (context) => (await import('../commands/checkout-load.ts')).loadCheckouts(context, checkouts, options)),
    );

  checkout
    .command('settle-lost')
    .description(
      'after a restore: end workflows that are ahead of the databases, and create lost orders again (docs/backup.md)',
    )
    .option(
      '--since <time>',
      'look for lost orders only in workflows that started at or after this time, ISO 8601',
      moment,
    )
    .option('--dry-run', 'show what would be done, and change nothing', false)
    .addOption(reason())
    .addOption(yes())
    .action((options: SettleOptions) =>
      run(async (context) =>
        (await import('../commands/checkout-settle-lost.ts')).settleLostCheckouts(context, options),
      ),
    );
}
