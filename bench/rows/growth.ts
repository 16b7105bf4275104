import { violationsOf, audit } from '../../audit/audit.ts';
import { perBook } from '../../audit/book.ts';
import { growthRatio } from '../bars.ts';
import { placeOf, type Context } from '../context.ts';
import { readCpu } from '../cpu.ts';
import { countText, createNotes, type Notes } from '../figures.ts';
import type { CallName } from '../load/calls.ts';
import type { KnownUser } from '../load/users.ts';
import { openDatabase, type Database } from '../stack/database.ts';
import { fillCheckouts, fillProducts } from '../stack/fill-checkouts.ts';
import type { Platform } from '../stack/platform.ts';
import { timesNamed, type Measured } from '../statistics.ts';
import { catalogPages, pageFor, type CatalogPage, type CatalogPages } from './pages.ts';
import type { Row } from './row.ts';

const users = 16;
/** The number of the user who gets a tenth of all orders. */
const hotUser = users;
/** A scheduled audit would fall into some of the loads and not into others. The row runs one by itself at the end. */
const settings = { AUDIT_EVERY_SECONDS: '0' };
/** The default of AUDIT_SETTLED_SECONDS. */
const settledSeconds = 120;

/** What takes longer once there is much. The row leaves a large database, so it runs last. */
export const growth: Row = {
  name: 'growth',
  about: 'checkouts, catalog and lists of orders with 100,000 products and 1,000,000 orders, compared with few',
  async measure(context) {
    const notes = createNotes();
    const { products, orders } = context.lengths.growth;
    const first = await context.platform(settings);
    const known = await context.load.run('users', { place: placeOf(first), users: hotUser + 1 });
    const pages = await catalogPages(context, first);
    const database = await openDatabase(first.databaseUrl);
    try {
      const few = await measureAll(context, await begin(context, database), pages);
      await fill(context, database, known);
      const platform = await begin(context, database);
      const many = await measureAll(context, platform, pages);
      const hot = await lists(context, platform, hotUser);
      for (const [name, after] of Object.entries(many)) {
        const before = few[name as keyof Figures];
        notes.failed(`${name} with few`, before.failures);
        notes.failed(`${name} with many`, after.failures);
        notes.add(`${name} with few`, before.perSecond, '/s');
        notes.add(
          `${name} with ${countText(products)} products and ${countText(orders)} orders`,
          after.perSecond,
          '/s',
        );
        notes.add(growthRatio(name, orders), after.perSecond / before.perSecond, 'ratio');
      }
      addHot(notes, hot, few['lists of orders'], orders);
      await addAudit(context, platform, database, notes);
    } finally {
      await database.close();
    }
    return notes.findings();
  },
};

type Figures = Awaited<ReturnType<typeof measureAll>>;

/** Both measurements begin alike: tables that were vacuumed, all of them on disk, and a new process that is warmed up. */
async function begin(context: Context, database: Database): Promise<Platform> {
  context.say('vacuuming');
  await database.run('vacuum analyze');
  await database.run('checkpoint');
  return context.newPlatform(settings);
}

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

async function fill(context: Context, database: Database, known: readonly KnownUser[]): Promise<void> {
  const { products, orders } = context.lengths.growth;
  const ids = known.map(({ userId }) => userId);
  const [hot = ''] = ids.slice(hotUser);
  const filled = { products, orders, hotUser: hot, users: ids.slice(0, hotUser) };
  // Events of the last load still change carts and claims.
  await database.untilEventsAreOver();
  context.say(`filling the catalog with ${countText(products)} products`);
  await fillProducts(database, filled);
  context.say(`filling every table of a checkout with ${countText(orders)} orders`);
  await fillCheckouts(database, filled);
}

function addHot(notes: Notes, hot: Measured, few: Measured, orders: number): void {
  const name = `lists of orders of a user with ${countText(orders / 10)} orders`;
  notes.failed(name, hot.failures);
  notes.add(name, hot.perSecond, '/s');
  notes.add(`${name}: p99`, timesNamed(hot, 'call').p99, 'ms');
  notes.add(`${name} ÷ of users with few`, hot.perSecond / few.perSecond, 'ratio');
}

/** One audit while nobody calls, without the part that asks Temporal. What it finds fails the row. */
async function addAudit(context: Context, platform: Platform, database: Database, notes: Notes): Promise<void> {
  const name = `audit with ${countText(context.lengths.growth.orders)} orders`;
  await database.untilEventsAreOver();
  context.say('the audit');
  const begunMs = performance.now();
  const cpuBefore = postgresMs(platform);
  try {
    const findings = await audit({ urls: perBook(() => platform.databaseUrl), settledSeconds });
    for (const { id, count } of violationsOf(findings)) notes.fail(`${name} found ${id}: ${count}`);
  } catch (error) {
    notes.fail(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  notes.add(name, (performance.now() - begunMs) / 1000, 's');
  if (process.platform === 'linux')
    notes.add(`${name}: processor time of Postgres`, (postgresMs(platform) - cpuBefore) / 1000, 's');
}

function postgresMs(platform: Platform): number {
  return process.platform === 'linux' ? (readCpu(new Map(), platform.servers())['postgres'] ?? Number.NaN) : Number.NaN;
}
