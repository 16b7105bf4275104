import { checkoutP50Ratio, checkoutRatio, checkoutSpread } from '../bars.ts';
import type { Context, Costed } from '../context.ts';
import { createNotes, usersText, type Notes } from '../figures.ts';
import { timesNamed } from '../statistics.ts';
import type { Row } from './row.ts';

/** Checkouts compared with empty workflows. A cycle is two AddItem and a checkout that waits for its end. */
export const checkout: Row = {
  name: 'checkout',
  about: 'checkouts per second and their times, compared with empty workflows',
  async measure(context) {
    const { checkoutUsers, alsoOneItem } = context.lengths;
    const notes = createNotes();
    const empty = new Map<number, Costed>();
    // Before the platform starts, so that the empty workflows have the machine to themselves.
    for (const users of checkoutUsers) empty.set(users, await context.emptyWorkflows(users));
    for (const [users, baseline] of empty) await measureUsers(context, notes, users, baseline);
    if (alsoOneItem) for (const [users, baseline] of empty) await measureOneItem(context, notes, users, baseline);
    return notes.findings();
  },
};

async function measureUsers(context: Context, notes: Notes, users: number, { measured: empty }: Costed): Promise<void> {
  const load = usersText(users);
  const { measured } = await context.cycles(2, users);
  notes.failed(`empty workflows, ${load}`, empty.failures);
  notes.failed(`checkouts, ${load}`, measured.failures);
  notes.add(`empty workflows, ${load}`, empty.perSecond, '/s');
  notes.times('empty workflow', load, timesNamed(empty, 'workflow'));
  notes.add(`checkouts, ${load}`, measured.perSecond, '/s');
  notes.times('checkout', load, timesNamed(measured, 'checkout'));
  notes.times('AddItem', load, timesNamed(measured, 'addItem'));
  notes.add(checkoutRatio(load), measured.perSecond / empty.perSecond, 'ratio');
  const { p50, p99 } = timesNamed(measured, 'checkout');
  if (users === 1) notes.add(checkoutP50Ratio, p50 / timesNamed(empty, 'workflow').p50, 'ratio');
  notes.add(checkoutSpread(load), p99 / p50, 'ratio');
}

/** The cycle with one AddItem, which earlier figures were measured with. */
async function measureOneItem(
  context: Context,
  notes: Notes,
  users: number,
  { measured: empty }: Costed,
): Promise<void> {
  const load = `one AddItem, ${usersText(users)}`;
  const { measured } = await context.cycles(1, users);
  notes.failed(`checkouts, ${load}`, measured.failures);
  notes.add(`checkouts, ${load}`, measured.perSecond, '/s');
  notes.add(`checkout p50, ${load}`, timesNamed(measured, 'checkout').p50, 'ms');
  notes.add(checkoutRatio(load), measured.perSecond / empty.perSecond, 'ratio');
}
