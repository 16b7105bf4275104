import { eventLoopMonitoringPrecision } from '../../platform/telemetry/registry.ts';
import { addingItems, eventLoopDelay, listOf200, mixedSpread, oneProduct } from '../bars.ts';
import { placeOf } from '../context.ts';
import { createNotes } from '../figures.ts';
import { mixedUsers } from '../load/mixed.ts';
import { largestMetric } from '../stack/metrics.ts';
import { timesNamed, type Measured } from '../statistics.ts';
import { catalogPages, pageFor } from './pages.ts';
import type { Row } from './row.ts';

const buyers = 16;
const signingIn = 4;
const perSecond = 10;
/** Fewer samples have no p99 that means something: it is one of the largest few. */
const leastSamples = 500;
const delayMetric = 'nodejs_eventloop_lag_p99_seconds';

/** Reads and AddItems at a modest rate, while others keep the machine busy. Each read counts from when it was due. */
export const mixed: Row = {
  name: 'mixed',
  about: 'times of reads and AddItem at a modest rate, while 16 users check out and 4 sign in',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const place = placeOf(platform);
    await context.load.run('users', { place, users: mixedUsers({ buyers, signingIn }) });
    const { list, product } = await catalogPages(context, platform);
    context.say('checkouts, sign-ins, reads and AddItem at once');
    // Reading the metric begins another period of it.
    const delay = () => largestMetric(platform.metricsUrls, delayMetric);
    let atEnd: Promise<number> | undefined;
    const marks = { began: () => void delay(), ended: () => void (atEnd = delay()) };
    const { mixed: length } = context.lengths;
    const pages = { list: pageFor(list, platform.api), product: pageFor(product, platform.api) };
    const load = { place, buyers, signingIn, perSecond, ...length, ...pages };
    const measured = await context.load.run('mixed', load, marks);
    notes.failed('checkouts', measured.checkouts.failures);
    notes.failed('logins', measured.logins.failures);
    notes.add('checkouts', measured.checkouts.perSecond, '/s');
    notes.add('logins', measured.logins.perSecond, '/s');
    const paced = (what: string, one: Measured, name: string) => {
      notes.failed(what, one.failures);
      notes.add(what, one.perSecond, '/s');
      const times = timesNamed(one, name);
      notes.times(what, `${perSecond} a second`, times);
      notes.add(`${what}: samples`, one.count, 'count');
      notes.add(named(mixedSpread(what), one.count), times.p99 / times.p50, 'ratio');
    };
    paced(listOf200, measured.lists, 'read');
    paced(oneProduct, measured.products, 'read');
    paced(addingItems, measured.addItems, 'addItem');
    // The metric contains the pause between two samples.
    const lagMs = 1000 * (await (atEnd ?? Number.NaN)) - eventLoopMonitoringPrecision;
    const samples = Math.floor((1000 * length.seconds) / eventLoopMonitoringPrecision);
    notes.add('event loop delay: samples', samples, 'count');
    notes.add(named(eventLoopDelay, samples), Math.max(0, lagMs), 'ms');
    return notes.findings();
  },
};

/** A figure of few samples has another name, so that it is neither judged nor compared. */
function named(figure: string, samples: number): string {
  return samples < leastSamples ? `${figure}, few samples` : figure;
}
