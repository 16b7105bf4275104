import { placeOf, type Context } from '../context.ts';
import { createNotes, usersText } from '../figures.ts';
import { timesNamed, type Measured } from '../statistics.ts';
import type { Row } from './row.ts';

const users = 64;
const counts = [1, 2, 4];

/** What more processes complete on the same machine. With few cores, all of them share what the servers leave. */
export const processes: Row = {
  name: 'processes',
  about: 'checkouts per second of 64 users with 1, 2 and 4 processes, compared with one',
  onlyByName: true,
  async measure(context) {
    if (context.settings['PROCESSES'] !== undefined) throw new Error('the row sets PROCESSES itself: leave --set out');
    const notes = createNotes();
    const found: Measured[] = [];
    for (const count of counts) {
      const measured = await measureWith(context, count);
      const load = `${processesText(count)}, ${usersText(users)}`;
      notes.failed(`checkouts, ${load}`, measured.failures);
      notes.add(`checkouts, ${load}`, measured.perSecond, '/s');
      notes.times('checkout', load, timesNamed(measured, 'checkout'));
      const [one = measured] = found;
      if (count > 1)
        notes.add(`${processesText(count)} ÷ one, ${usersText(users)}`, measured.perSecond / one.perSecond, 'ratio');
      found.push(measured);
    }
    return notes.findings();
  },
};

async function measureWith(context: Context, count: number): Promise<Measured> {
  const platform = await context.platform({ PROCESSES: String(count) });
  context.say(`checkouts with ${processesText(count)}`);
  const load = { place: placeOf(platform), users, items: 2, ...context.lengths.load } as const;
  return context.load.run('checkouts', load);
}

function processesText(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`;
}
