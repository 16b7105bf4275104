import { acceptedRatio, acceptedToEmpty, endedRatio } from '../bars.ts';
import type { TransactionTasks } from '../baselines/bare-transactions/tasks.ts';
import { placeOf, type Context } from '../context.ts';
import { countText, createNotes, type Notes } from '../figures.ts';
import { openDatabase } from '../stack/database.ts';
import type { Platform } from '../stack/platform.ts';
import type { Row } from './row.ts';
import { until } from '../../platform/testing/eventually.ts';

const clients = 64;
const emptyUsers = 16;
/** A spike needs thousands of new users. With the usual cost, their passwords would take minutes. */
const settings = { SSO_BCRYPT_COST: '4' };
/** How long the accepted checkouts may take to end. */
const drainMs = 900_000;

/** Many checkouts at once. Each is accepted with 202, and nobody waits for its end. */
export const spike: Row = {
  name: 'spike',
  about: 'checkouts accepted per second in a spike, compared with bare transactions; every one must end',
  async measure(context) {
    const orders = context.lengths.spikeOrders;
    const notes = createNotes();
    const empty = await context.emptyWorkflows(emptyUsers);
    notes.failed('empty workflows', empty.measured.failures);
    const platform = await context.platform(context.lengths.ownSettings ? settings : {});
    const bare = await bareTransactions(context, notes, platform.poolSize);
    context.say(`registering ${countText(orders)} customers`);
    const load = { place: placeOf(platform), orders, clients };
    await context.load.run('prepareSpike', load);
    context.say(`offering ${countText(orders)} checkouts`);
    const { accepted, seconds, times, failures } = await context.load.run('offerSpike', load);
    const offeredMs = performance.now();
    notes.failed('checkouts offered', failures);
    notes.add('accepted', accepted / seconds, '/s');
    notes.times('accept', `${clients} clients`, times);
    notes.add(acceptedRatio(orders), accepted / seconds / bare, 'ratio');
    notes.add(acceptedToEmpty(orders), accepted / seconds / empty.measured.perSecond, 'ratio');
    await drain(context, platform);
    const drainSeconds = (performance.now() - offeredMs) / 1000;
    const ends = await context.load.run('spikeEnds', load);
    const completed = ends['ORDER_STATUS_COMPLETED'] ?? 0;
    notes.add('time from the last offer to the last end', drainSeconds, 's');
    notes.add('completed, from the first offer to the last end', completed / (seconds + drainSeconds), '/s');
    notes.add(endedRatio(orders), completed / orders, 'ratio');
    for (const [status, count] of Object.entries(ends))
      if (status !== 'ORDER_STATUS_COMPLETED') notes.fail(`${count} orders are ${status}`);
    return notes.findings();
  },
};

/** @returns transactions per second, with as many connections as the order service has */
async function bareTransactions(context: Context, notes: Notes, connections: number): Promise<number> {
  context.say('bare transactions');
  const baseline = await context.baseline<TransactionTasks>('bare-transactions');
  try {
    const load = { users: clients, connections, ...context.lengths.load };
    const { warmUp } = context.lengths;
    // As long as the platform, which was warmed up before.
    const warm = { ...load, warmUpSeconds: warmUp.warmUpSeconds + warmUp.seconds };
    const bare = await baseline.run('bareTransactions', { ...warm, form: 'statements' });
    const atOnce = await baseline.run('bareTransactions', { ...load, form: 'one statement' });
    notes.failed('bare transactions', bare.failures);
    notes.failed('bare transactions in one statement', atOnce.failures);
    notes.add('bare transactions', bare.perSecond, '/s');
    notes.add('bare transactions in one statement', atOnce.perSecond, '/s');
    return bare.perSecond;
  } finally {
    await baseline.stop();
  }
}

/** Waits until no order is PENDING. The API is asked only afterwards, so that the questions do not disturb the work. */
async function drain(context: Context, platform: Platform): Promise<void> {
  context.say('waiting until every checkout has ended');
  const database = await openDatabase(platform.databaseUrl);
  try {
    await until(
      () => database.pendingOrders(),
      (pending) => pending === 0,
      { withinMs: drainMs, everyMs: 100 },
    );
  } finally {
    await database.close();
  }
}
