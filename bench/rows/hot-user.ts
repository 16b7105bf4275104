import { placeOf, type Context } from '../context.ts';
import { createNotes, usersText } from '../figures.ts';
import type { CallName } from '../load/calls.ts';
import type { Platform } from '../stack/platform.ts';
import { timesNamed } from '../statistics.ts';
import type { Row } from './row.ts';

const clients = 16;
const calls: readonly CallName[] = ['add an item', 'read the cart'];

/** 16 clients of one user, for example a shop's own integration: their changes go to one cart, and wait for one row. */
export const hotUser: Row = {
  name: 'hot-user',
  about: 'AddItem and reads of 16 clients that are one user, compared with 16 users',
  onlyByName: true,
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    for (const call of calls) {
      context.say(call);
      const [many, one] = [await load(context, platform, call), await load(context, platform, call, 0)];
      notes.failed(`${call}, ${usersText(clients)}`, many.failures);
      notes.failed(`${call}, one user`, one.failures);
      notes.add(`${call}, ${usersText(clients)}`, many.perSecond, '/s');
      notes.add(`${call}, ${clients} clients of one user`, one.perSecond, '/s');
      notes.times(call, `${clients} clients of one user`, timesNamed(one, 'call'));
      notes.add(`${call}, one user ÷ ${usersText(clients)}`, one.perSecond / many.perSecond, 'ratio');
    }
    return notes.findings();
  },
};

function load(context: Context, platform: Platform, call: CallName, only?: number) {
  const base = { place: placeOf(platform), users: clients, call, ...context.lengths.reads };
  return context.load.run('calls', only === undefined ? base : { ...base, only });
}
