import { roundTripsOfAddItem, roundTripsOfCheckout } from '../bars.ts';
import { placeOf, type Context } from '../context.ts';
import { createNotes } from '../figures.ts';
import { openDatabase, type Database } from '../stack/database.ts';
import { until } from '../../platform/testing/eventually.ts';
import { meanCount, sentBetween, typicalCount, type Sent } from '../typical.ts';
import type { Row } from './row.ts';

const eventsWithinMs = 20_000;

/**
 * One call at a time, each counted by itself. The next one waits until the events of the last checkout are over: two at
 * once would take other ways. Each statement is a round trip.
 */
export const roundTrips: Row = {
  name: 'round-trips',
  about: 'round trips to Postgres of one checkout with its event, and of one AddItem',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const database = await openDatabase(platform.databaseUrl);
    try {
      await context.load.run('prepareCounted', { place: placeOf(platform) });
      await database.countStatements();
      const { counted } = context.lengths;
      context.say(`${counted} AddItem, each with a checkout`);
      // The first purchase reads what is kept in memory afterwards.
      await purchase(context, database);
      const purchases: Purchase[] = [];
      while (purchases.length < counted) purchases.push(await purchase(context, database));
      const checkouts = purchases.map(({ checkout }) => checkout);
      const addItems = purchases.map(({ addItem }) => addItem);
      notes.add(roundTripsOfCheckout, typicalCount(checkouts), 'count');
      notes.add(roundTripsOfAddItem, typicalCount(addItems), 'count');
      notes.add('round trips of a checkout and of loops meanwhile', meanCount(checkouts), 'count');
      notes.add('round trips of an AddItem and of loops meanwhile', meanCount(addItems), 'count');
    } finally {
      await database.close();
    }
    return notes.findings();
  },
};

interface Purchase {
  readonly addItem: Sent;
  readonly checkout: Sent;
}

async function purchase({ load }: Context, database: Database): Promise<Purchase> {
  const atFirst = await database.statements();
  await load.run('countedAddItem', undefined);
  const added = await database.statements();
  await load.run('countedCheckout', undefined);
  await until(
    () => database.eventsAreOver(),
    (over) => over,
    { withinMs: eventsWithinMs, everyMs: 20 },
  );
  const bought = await database.statements();
  return { addItem: sentBetween(atFirst, added), checkout: sentBetween(added, bought) };
}
