import type { Command } from 'commander';
import { adminEmail, adminPassword, emailOrId, oneOf, limit, pageToken } from '../arguments.ts';
import type { TrailOptions } from '../commands/audit-trail.ts';
import { orderId } from '../order-id.ts';
import type { Run } from '../run.ts';
import { trailActions } from '../trail-actions.ts';

export function trailCommand(program: Command, run: Run): void {
  program
    .command('audit-trail')
    .description('list what administrators, support and operators changed: who, what, for whom, why')
    .option('--user <e-mail|id>', 'only changes for this user', emailOrId)
    .option('--actor <e-mail|id>', 'only changes by this account', emailOrId)
    .option('--order <uuid>', 'only changes of this order: its id, or the id of a payment', orderId)
    .addOption(oneOf('--action <action>', 'only changes of this kind', trailActions))
    .addOption(limit(200))
    .addOption(pageToken())
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((options: TrailOptions) =>
      run(async (context) => (await import('../commands/audit-trail.ts')).showAuditTrail(context, options)),
    );
}
