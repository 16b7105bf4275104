import type { Command } from 'commander';
import { whole } from '../arguments.ts';
import type { Run } from '../run.ts';

export function platformCommands(program: Command, run: Run): void {
  program
    .command('audit')
    .description('check every invariant of money, stock, orders, events and workflows')
    .option(
      '--settled <seconds>',
      'checks across services ignore orders that ended less than this many seconds ago, 0 to 86400',
      whole(0, 86_400),
      120,
    )
    .option('--no-workflows', 'do not ask Temporal: check only the databases of the services')
    .action((options: { settled: number; workflows: boolean }) =>
      run(async ({ env, json }) =>
        (await import('../commands/audit.ts')).runAudit(env, {
          json,
          settledSeconds: options.settled,
          withWorkflows: options.workflows,
        }),
      ),
    );

  program
    .command('doctor')
    .description(
      'check every part of the platform from this machine, and tell how to fix it; the exit code is 4 if a part fails',
    )
    .action(() => run(async (context) => (await import('../commands/doctor.ts')).examine(context, context.env)));
}
