import { roundTripsOfAddItem, roundTripsOfCheckout, roundTripsOfKeptCart } from '../bars.ts';
import { placeOf, type Context } from '../context.ts';
import { createNotes } from '../figures.ts';
import { openDatabase, type Database } from '../stack/database.ts';
import { leastCount, meanCount, sentBetween, typicalCount, type Sent } from '../typical.ts';
import type { Row } from './row.ts';

/**
 * One call at a time, each counted by itself. The next one waits until the events of the last checkout are over: two at
 * once would take other ways. Each statement is a round trip. What caches have makes a call cheaper, so every purchase
 * has a new buyer and new products.
 */
export const roundTrips: Row = {
  name: 'round-trips',
  about: 'round trips to Postgres of one checkout with its event, and of one AddItem',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const database = await openDatabase(platform.databaseUrl);
    try {
      const { counted } = context.lengths;
      await context.load.run('prepareCounted', { place: placeOf(platform), purchases: counted + 1 });
      await database.countStatements();
      context.say(`${counted} purchases: two AddItem and a checkout`);
      // The first purchase reads what is kept in memory afterwards.
      await purchase(context, database);
      const purchases: Purchase[] = [];
      while (purchases.length < counted) purchases.push(await purchase(context, database));
      const checkouts = purchases.map(({ checkout }) => checkout);
      const addItems = purchases.map(({ addItem }) => addItem);
      notes.add(roundTripsOfCheckout, typicalCount(checkouts), 'count');
      notes.add(roundTripsOfAddItem, typicalCount(addItems), 'count');
      notes.add(roundTripsOfKeptCart, leastCount(purchases.map(({ addItemAgain }) => addItemAgain)), 'count');
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
  readonly addItemAgain: Sent;
  readonly checkout: Sent;
}

async function purchase({ load }: Context, database: Database): Promise<Purchase> {
  const atFirst = await database.statements();
  await load.run('countedAddItem', undefined);
  const added = await database.statements();
  await load.run('countedAddItemAgain', undefined);
  const addedAgain = await database.statements();
  await load.run('countedCheckout', undefined);
  await database.untilEventsAreOver();
  const bought = await database.statements();
  return {
    addItem: sentBetween(atFirst, added),
    addItemAgain: sentBetween(added, addedAgain),
    checkout: sentBetween(addedAgain, bought),
  };
}
