import { listOf200, oneProduct, readRatio, readSpread } from '../bars.ts';
import type { BareRouteTasks } from '../baselines/bare-route/tasks.ts';
import { oneProcess, type Context } from '../context.ts';
import { createNotes, usersText, type Notes } from '../figures.ts';
import { timesNamed } from '../statistics.ts';
import { catalogPages, pageFor, type CatalogPage } from './pages.ts';
import type { Row } from './row.ts';

interface Bases {
  readonly platform: string;
  readonly bare: string;
}

/** Reads of the catalog over REST, compared with a Hono route that answers the same bytes and does nothing else. */
export const reads: Row = {
  name: 'reads',
  about: 'lists of 200 products and single products per second, compared with a bare route of the same bytes',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform(oneProcess);
    const { list, product } = await catalogPages(context, platform);
    const baseline = await context.baseline<BareRouteTasks>('bare-route');
    try {
      const routes = [list, product].map(({ path, headers, body }) => ({ path: pathOnly(path), headers, body }));
      const bases = { platform: platform.api, bare: await baseline.run('bareRoutes', routes) };
      notes.add('bytes of a list of 200', list.body.length, 'count');
      notes.add('bytes of one product', product.body.length, 'count');
      for (const users of context.lengths.readUsers) {
        await measurePage(context, notes, bases, { what: listOf200, page: list, users });
        await measurePage(context, notes, bases, { what: oneProduct, page: product, users });
      }
    } finally {
      await baseline.stop();
    }
    return notes.findings();
  },
};

interface PageLoad {
  readonly what: string;
  readonly page: CatalogPage;
  readonly users: number;
}

async function measurePage(
  context: Context,
  notes: Notes,
  bases: Bases,
  { what, page, users }: PageLoad,
): Promise<void> {
  const load = usersText(users);
  context.say(`${what}, ${load}`);
  const read = (baseUrl: string) =>
    context.load.run('reads', { page: pageFor(page, baseUrl), users, ...context.lengths.reads });
  const ours = await read(bases.platform);
  const bare = await read(bases.bare);
  notes.failed(`${what}, ${load}`, ours.failures);
  notes.failed(`bare route, ${what}, ${load}`, bare.failures);
  notes.add(`${what}, ${load}`, ours.perSecond, '/s');
  const times = timesNamed(ours, 'read');
  notes.times(what, load, times);
  notes.add(`bare route, ${what}, ${load}`, bare.perSecond, '/s');
  const bareTimes = timesNamed(bare, 'read');
  notes.add(`bare route, ${what} p99 ÷ p50, ${load}`, bareTimes.p99 / bareTimes.p50, 'ratio');
  notes.add(readRatio(what, load), ours.perSecond / bare.perSecond, 'ratio');
  notes.add(readSpread(what, load), times.p99 / times.p50, 'ratio');
}

function pathOnly(path: string): string {
  return path.split('?')[0] ?? path;
}
