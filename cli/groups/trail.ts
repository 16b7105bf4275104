import type { Command } from 'commander';
import { adminEmail, adminPassword, uuid, whole } from '../arguments.ts';
import type { TrailOptions } from '../commands/audit-trail.ts';
import type { Run } from '../run.ts';

export function trailCommand(program: Command, run: Run): void {
  program
    .command('audit-trail')
    .description('list what administrators changed, and operators by this command line: who, what, for whom, why')
    .option('--user <uuid>', 'only changes for this user', uuid)
    .option('--limit <number>', 'at most this many', whole(1, 200), 20)
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((options: TrailOptions) =>
      run(async (context) => (await import('../commands/audit-trail.ts')).showAuditTrail(context, options)),
    );
}
