import type { Command } from 'commander';
import type { MaybeAccount } from '../account.ts';
import {
  staffEmail,
  staffPassword,
  anyEmail,
  anyPassword,
  demandedReason,
  emailOrId,
  moment,
  limit,
  pageToken,
  requestId,
  statusOption,
  yes,
} from '../arguments.ts';
import { emailOrOrderId, orderId as asOrderId } from '../order-id.ts';
import type { ExplainOptions } from '../commands/order-explain.ts';
import type { OrderFindOptions } from '../commands/order-find.ts';
import type { OrderListOptions } from '../commands/order-list.ts';
import type { OrderRefundOptions } from '../commands/order-refund.ts';
import type { Run } from '../run.ts';

const statuses = ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'];

export function orderCommands(program: Command, run: Run): void {
  const order = program.command('order').description('orders');

  order
    .command('show')
    .description('show an order with its lines')
    .argument('<order-id>', 'the id of the order', asOrderId)
    .addOption(anyEmail())
    .addOption(anyPassword())
    .action((orderId: string, account: MaybeAccount) =>
      run(async (context) => (await import('../commands/order-show.ts')).showOrder(context, orderId, account)),
    );

  order
    .command('explain')
    .description('tell what happened to an order, where its money and goods are, and what happens next')
    .argument(
      '<id|e-mail>',
      "the id of an order or of a payment, or a buyer's email address for the newest order",
      emailOrOrderId,
    )
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((what: string, options: ExplainOptions) =>
      run(async (context) => (await import('../commands/order-explain.ts')).explainOrder(context, what, options)),
    );

  order
    .command('find')
    .description('find orders by what a buyer can tell')
    .argument('<e-mail|id>', "the buyer's email address or id, or the id of an order or of a payment", emailOrOrderId)
    .addOption(limit(200))
    .addOption(pageToken())
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((what: string, options: OrderFindOptions) =>
      run(async (context) => (await import('../commands/order-find.ts')).findOrders(context, what, options)),
    );

  order
    .command('list')
    .description('list orders of all users, newest first')
    .option('--user <e-mail|id>', 'only orders of this buyer', emailOrId)
    .addOption(statusOption('only orders with this status', statuses))
    .option('--since <time>', 'only orders from this time on, for example 2030-01-31T12:00:00Z', moment)
    .option('--until <time>', 'only orders before this time', moment)
    .addOption(limit(200))
    .addOption(pageToken())
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((options: OrderListOptions) =>
      run(async (context) => (await import('../commands/order-list.ts')).listOrders(context, options)),
    );

  order
    .command('refund')
    .description('give the money of a completed order back in full, and put its goods back into stock')
    .argument('<order-id>', 'the id of the order', asOrderId)
    .addOption(demandedReason("for the audit trail and the order's history, which the buyer can read"))
    .addOption(requestId())
    .addOption(yes())
    .addOption(staffEmail())
    .addOption(staffPassword())
    .action((orderId: string, options: OrderRefundOptions) =>
      run(async (context) => (await import('../commands/order-refund.ts')).refundOrder(context, orderId, options)),
    );
}
