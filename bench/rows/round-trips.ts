import { setTimeout as delay } from 'node:timers/promises';
import { roundTripsOfAddItem, roundTripsOfCheckout } from '../bars.ts';
import { placeOf } from '../context.ts';
import { createNotes, type Notes } from '../figures.ts';
import { countedAfterSeconds, openDatabase, type Database } from '../stack/database.ts';
import { readMetrics } from '../stack/metrics.ts';
import type { Platform } from '../stack/platform.ts';
import type { Row } from './row.ts';

/** Counters of the platform and of Postgres. */
interface Counts {
  readonly atMs: number;
  /** Statements: `db_query_duration_seconds_count` of the platform's metrics. */
  readonly statements: number;
  /** `db_round_trips_total`. A platform without this metric sends every statement by itself. */
  readonly roundTrips: number;
  /** Transactions, as `pg_stat_database` counts them. */
  readonly transactions: number;
}

const settleSeconds = 2;
const idleSeconds = 10;

/** One call at a time. What the platform does without any call is measured first, and subtracted. */
export const roundTrips: Row = {
  name: 'round-trips',
  about: 'round trips, statements and transactions on Postgres of one checkout with its event, and of one AddItem',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const database = await openDatabase(platform.databaseUrl);
    try {
      const { counted: count, exactTransactions } = context.lengths;
      const place = placeOf(platform);
      await context.load.run('prepareCounted', { place, count });
      const settle = () => delay(1000 * (exactTransactions ? countedAfterSeconds : settleSeconds));
      const read = () => readCounts(platform, database);
      context.say('counting what the idle platform does');
      await settle();
      const before = await read();
      await delay(exactTransactions ? 1000 * idleSeconds : 1000 * settleSeconds);
      const idle = await read();
      context.say(`${count} AddItem`);
      await context.load.run('countedAddItems', { place, count });
      await settle();
      const added = await read();
      context.say(`${count} AddItem, each with a checkout`);
      await context.load.run('countedCheckouts', { place, count });
      await settle();
      const bought = await read();
      const addItem = each(idle, added, count, rateOf(before, idle));
      const cycle = each(added, bought, count, rateOf(before, idle));
      addFigures(notes, { addItem, cycle, exactTransactions });
    } finally {
      await database.close();
    }
    return notes.findings();
  },
};

type Numbers = Omit<Counts, 'atMs'>;

async function readCounts({ metricsUrls }: Platform, database: Database): Promise<Counts> {
  const [metrics, transactions] = await Promise.all([readMetrics(metricsUrls), database.transactions()]);
  const statements = metrics.get('db_query_duration_seconds_count');
  if (statements === undefined) throw new Error('the metrics have no db_query_duration_seconds_count');
  const roundTrips = metrics.get('db_round_trips_total') ?? statements;
  return { atMs: performance.now(), statements, roundTrips, transactions };
}

const map = (use: (name: keyof Numbers) => number): Numbers => ({
  statements: use('statements'),
  roundTrips: use('roundTrips'),
  transactions: use('transactions'),
});

/** Per millisecond. */
function rateOf(from: Counts, to: Counts): Numbers {
  return map((name) => (to[name] - from[name]) / (to.atMs - from.atMs));
}

function each(from: Counts, to: Counts, operations: number, idle: Numbers): Numbers {
  return map((name) => (to[name] - from[name] - idle[name] * (to.atMs - from.atMs)) / operations);
}

interface Counted {
  readonly addItem: Numbers;
  /** An AddItem and a checkout. */
  readonly cycle: Numbers;
  readonly exactTransactions: boolean;
}

function addFigures(notes: Notes, { addItem, cycle, exactTransactions }: Counted): void {
  const checkout = map((name) => cycle[name] - addItem[name]);
  notes.add(roundTripsOfCheckout, checkout.roundTrips, 'count');
  notes.add(roundTripsOfAddItem, addItem.roundTrips, 'count');
  notes.add('statements of a checkout with its event', checkout.statements, 'count');
  notes.add('statements of an AddItem', addItem.statements, 'count');
  if (!exactTransactions) return;
  notes.add('transactions of a checkout with its event', checkout.transactions, 'count');
  notes.add('transactions of an AddItem', addItem.transactions, 'count');
}
