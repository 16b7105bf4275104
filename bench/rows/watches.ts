import { randomUUID } from 'node:crypto';
import { placeOf } from '../context.ts';
import { countText, createNotes } from '../figures.ts';
import { openDatabase } from '../stack/database.ts';
import { endPending, fillPending } from '../stack/fill.ts';
import { timesNamed } from '../statistics.ts';
import type { Row } from './row.ts';

const users = 16;
/** The number of the user who watches. */
const watcher = users;

/** Checkouts while many clients watch orders that do not change. */
export const watches: Row = {
  name: 'watches',
  about: 'checkouts per second with 1,000 open watches of orders, compared with none',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const { watches: count, load: length } = context.lengths;
    const place = placeOf(platform);
    const load = { place, users, items: 2, ...length } as const;
    context.say('checkouts without watches');
    const without = await context.load.run('checkouts', load);
    const known = await context.load.run('users', { place, users: watcher + 1 });
    const orderIds = Array.from({ length: count }, () => randomUUID());
    const database = await openDatabase(platform.databaseUrl);
    try {
      await fillPending(database, known[watcher]?.userId ?? '', orderIds);
      context.say(`opening ${count} watches`);
      await context.load.run('openWatches', { place, grpc: platform.grpc, user: watcher, orderIds });
      context.say('checkouts with watches');
      const watched = await context.load.run('checkouts', load);
      const ended = await context.load.run('closeWatches', undefined);
      if (ended > 0) notes.fail(`${ended} of ${count} watches ended by themselves`);
      notes.failed('checkouts without watches', without.failures);
      notes.failed('checkouts with watches', watched.failures);
      notes.add('checkouts without watches', without.perSecond, '/s');
      notes.add(`checkouts with ${countText(count)} watches`, watched.perSecond, '/s');
      notes.times('checkout', `${countText(count)} watches`, timesNamed(watched, 'checkout'));
      notes.add(`with ${countText(count)} watches ÷ without`, watched.perSecond / without.perSecond, 'ratio');
    } finally {
      await endPending(database, orderIds);
      await database.close();
    }
    return notes.findings();
  },
};
