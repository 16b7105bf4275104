import type { Command } from 'commander';
import { eventId, eventIds, reason, whole, yes } from '../arguments.ts';
import type { TailOptions } from '../commands/events-tail.ts';
import { orderId } from '../order-id.ts';
import type { Run } from '../run.ts';

export function eventsCommands(program: Command, run: Run): void {
  const events = program.command('events').description('events of orders');

  events
    .command('resend')
    .description(
      'publish recent events again, after a restore or when Kafka has lost data; consumers ignore events that they know',
    )
    .option(
      '--hours <hours>',
      'how many hours back, counted from the newest published event, 1 to 8760',
      whole(1, 8760),
      1,
    )
    .addOption(reason())
    .addOption(yes())
    .action((options: { hours: number; reason: string }) =>
      run(async (context) => (await import('../commands/events.ts')).resendEvents(context, options)),
    );

  events
    .command('tail')
    .description('print the events of orders as they come, until Ctrl-C')
    .option('--from-beginning', 'all events that Kafka still has, then the new ones', false)
    .option('--order <uuid>', 'only of this order', orderId)
    .option('--limit <number>', 'end after this many events', whole(1, 1_000_000))
    .action((options: TailOptions) =>
      run(async ({ env, json }) => (await import('../commands/events-tail.ts')).tail(env, json, options)),
    );

  const deadEvents = events
    .command('dead')
    .description('dead events: the relay could not publish them, or a consumer could not process them');

  deadEvents
    .command('list')
    .description('list all dead events with their errors')
    .action(() => run(async ({ env, json }) => (await import('../commands/events.ts')).listDead(env, json)));

  deadEvents
    .command('show')
    .description('show a dead event with its data')
    .argument('<id>', 'the id of the event', eventId)
    .action((id: string) =>
      run(async ({ env, json }) => (await import('../commands/events.ts')).showDead(env, json, id)),
    );

  deadEvents
    .command('replay')
    .description('try dead events again; fix the cause of their errors first')
    .argument('[id...]', 'the ids of events; default: all', eventIds)
    .addOption(reason())
    .addOption(yes())
    .action((ids: string[], options: { reason: string }) =>
      run(async (context) =>
        (await import('../commands/events.ts')).replayDeadOnes(context, ids.length === 0 ? undefined : ids, options),
      ),
    );
}
