import { growthRatio } from '../bars.ts';
import { placeOf, type Context } from '../context.ts';
import { countText, createNotes, type Notes } from '../figures.ts';
import type { CallName } from '../load/calls.ts';
import type { KnownUser } from '../load/users.ts';
import { openDatabase } from '../stack/database.ts';
import { fillOrders, fillProducts } from '../stack/fill.ts';
import type { Platform } from '../stack/platform.ts';
import { timesNamed, type Measured } from '../statistics.ts';
import { catalogPages, pageFor, type CatalogPage, type CatalogPages } from './pages.ts';
import type { Row } from './row.ts';

const users = 16;
/** The number of the user who gets a tenth of all orders. */
const hotUser = users;
/** The filled orders have no money and no stock behind them, which the audit would report. */
const settings = { AUDIT_EVERY_SECONDS: '0' };

/** What takes longer once there is much. The row leaves a large database, so it runs last. */
export const growth: Row = {
  name: 'growth',
  about: 'checkouts, catalog and lists of orders with 100,000 products and 1,000,000 orders, compared with few',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform(context.lengths.ownSettings ? settings : {});
    const known = await context.load.run('users', { place: placeOf(platform), users: hotUser + 1 });
    const pages = await catalogPages(context, platform);
    const { products, orders } = context.lengths.growth;
    const few = await measureAll(context, platform, pages);
    await fill(context, platform, known);
    const many = await measureAll(context, platform, pages);
    const hot = await lists(context, platform, hotUser);
    for (const [name, after] of Object.entries(many)) {
      const before = few[name as keyof Figures];
      notes.failed(`${name} with few`, before.failures);
      notes.failed(`${name} with many`, after.failures);
      notes.add(`${name} with few`, before.perSecond, '/s');
      notes.add(`${name} with ${countText(products)} products and ${countText(orders)} orders`, after.perSecond, '/s');
      notes.add(growthRatio(name, orders), after.perSecond / before.perSecond, 'ratio');
    }
    addHot(notes, hot, few['lists of orders'], orders);
    return notes.findings();
  },
};

type Figures = Awaited<ReturnType<typeof measureAll>>;

/** The name `checkouts` gives the figure that has a bar. */
async function measureAll(context: Context, platform: Platform, { list, product }: CatalogPages) {
  const place = placeOf(platform);
  const { load, reads } = context.lengths;
  const read = (page: CatalogPage) => context.load.run('reads', { page: pageFor(page, platform.api), users, ...reads });
  context.say('checkouts, reads and lists of orders');
  return {
    checkouts: await context.load.run('checkouts', { place, users, items: 2, ...load }),
    'lists of 200 products': await read(list),
    'reads of one product': await read(product),
    'lists of orders': await lists(context, platform),
  };
}

function lists(context: Context, platform: Platform, only?: number): Promise<Measured> {
  const call: CallName = 'list orders';
  const load = { place: placeOf(platform), users, call, ...context.lengths.reads };
  return context.load.run('calls', only === undefined ? load : { ...load, only });
}

async function fill(context: Context, platform: Platform, known: readonly KnownUser[]): Promise<void> {
  const { products, orders } = context.lengths.growth;
  const ids = known.map(({ userId }) => userId);
  const database = await openDatabase(platform.databaseUrl);
  try {
    context.say(`filling the catalog with ${countText(products)} products`);
    await fillProducts(database, products);
    context.say(`filling the database with ${countText(orders)} orders`);
    const [hot = ''] = ids.slice(hotUser);
    const productId = known[0]?.productId ?? '';
    await fillOrders(database, { orders, hotUser: hot, users: ids.slice(0, hotUser), productId });
  } finally {
    await database.close();
  }
}

function addHot(notes: Notes, hot: Measured, few: Measured, orders: number): void {
  const name = `lists of orders of a user with ${countText(orders / 10)} orders`;
  notes.failed(name, hot.failures);
  notes.add(name, hot.perSecond, '/s');
  notes.add(`${name}: p99`, timesNamed(hot, 'call').p99, 'ms');
  notes.add(`${name} ÷ of users with few`, hot.perSecond / few.perSecond, 'ratio');
}
