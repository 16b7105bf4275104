import type { Command } from 'commander';
import { adminEmail, adminPassword, uuid } from '../arguments.ts';
import type { ExplainOptions } from '../commands/order-explain.ts';
import type { Run } from '../run.ts';

export function orderCommands(program: Command, run: Run): void {
  const order = program.command('order').description('orders');

  order
    .command('show')
    .description('show an order with its lines')
    .argument('<order-id>', 'the id of the order', uuid)
    .action((orderId: string) =>
      run(async (context) => (await import('../commands/order-show.ts')).showOrder(context, orderId)),
    );

  order
    .command('explain')
    .description('tell what happened to an order, where its money and goods are, and what happens next')
    .argument('<id>', 'the id of the order, or of a payment of it', uuid)
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((id: string, options: ExplainOptions) =>
      run(async (context) => (await import('../commands/order-explain.ts')).explainOrder(context, id, options)),
    );
}
