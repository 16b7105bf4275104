import { eventLoopMonitoringPrecision } from '../../platform/telemetry/registry.ts';
import { placeOf } from '../context.ts';
import { createNotes } from '../figures.ts';
import { largestMetric } from '../stack/metrics.ts';
import { timesNamed, type Measured } from '../statistics.ts';
import { catalogPages } from './pages.ts';
import type { Row } from './row.ts';

const buyers = 16;
const signingIn = 4;
const perSecond = 10;
const eventLoopDelay = 'nodejs_eventloop_lag_p99_seconds';

/** Reads and AddItems at a modest rate, while others keep the machine busy. Each read counts from when it was due. */
export const mixed: Row = {
  name: 'mixed',
  about: 'times of reads and AddItem at a modest rate, while 16 users check out and 4 sign in',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const { list, product } = await catalogPages(context, platform);
    const page = ({ path }: { readonly path: string }) => ({ baseUrl: platform.api, path });
    context.say('checkouts, sign-ins, reads and AddItem at once');
    // Reading the metric begins another period of it.
    const delay = () => largestMetric(platform.metricsUrls, eventLoopDelay);
    let atEnd: Promise<number> | undefined;
    const marks = { began: () => void delay(), ended: () => void (atEnd = delay()) };
    const load = { place: placeOf(platform), buyers, signingIn, perSecond, ...context.lengths.load };
    const measured = await context.load.run('mixed', { ...load, list: page(list), product: page(product) }, marks);
    notes.failed('checkouts', measured.checkouts.failures);
    notes.failed('logins', measured.logins.failures);
    notes.add('checkouts', measured.checkouts.perSecond, '/s');
    notes.add('logins', measured.logins.perSecond, '/s');
    const paced = (what: string, one: Measured, name: string) => {
      notes.failed(what, one.failures);
      notes.add(what, one.perSecond, '/s');
      const times = timesNamed(one, name);
      notes.times(what, `${perSecond} a second`, times);
      notes.add(`${what} p99 ÷ p50`, times.p99 / times.p50, 'ratio');
    };
    paced('list of 200', measured.lists, 'read');
    paced('one product', measured.products, 'read');
    paced('AddItem', measured.addItems, 'addItem');
    // The metric contains the pause between two samples.
    const lagMs = 1000 * (await (atEnd ?? Number.NaN)) - eventLoopMonitoringPrecision;
    notes.add('event loop delay p99', Math.max(0, lagMs), 'ms');
    return notes.findings();
  },
};
