import { hotRatio } from '../bars.ts';
import { placeOf } from '../context.ts';
import { createNotes } from '../figures.ts';
import { timesNamed } from '../statistics.ts';
import type { Row } from './row.ts';

const users = 16;

/** All users buy the same product, so all checkouts change the same row. Each cycle has one AddItem. */
export const hotProduct: Row = {
  name: 'hot-product',
  about: 'purchases per second of one product that everybody wants, compared with many products',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const many = await context.cycles(1, users);
    context.say('checkouts of one product');
    const load = { place: placeOf(platform), users, items: 1, hot: true, ...context.lengths.load } as const;
    const hot = await context.load.run('checkouts', load);
    notes.failed('many products', many.measured.failures);
    notes.failed('one product', hot.failures);
    notes.add('many products', many.measured.perSecond, '/s');
    notes.add('one hot product', hot.perSecond, '/s');
    notes.times('checkout', 'many products', timesNamed(many.measured, 'checkout'));
    notes.times('checkout', 'one hot product', timesNamed(hot, 'checkout'));
    notes.add(hotRatio, hot.perSecond / many.measured.perSecond, 'ratio');
    return notes.findings();
  },
};
