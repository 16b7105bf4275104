import { countText, type Findings } from './figures.ts';

/** The sizes that the bars are for. The short form has smaller ones, and its figures other names. */
export const spikeOrders = 2000;
export const manyProducts = 100_000;
export const manyOrders = 1_000_000;

/** What a figure must reach. */
export interface Bar {
  readonly row: string;
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly below?: number;
  /** If it is not even this, more than the bar is missed. */
  readonly leastOfAll?: number;
  /** The arguments of `npm run bench` that measure it, if its row does not do so by default. */
  readonly measuredBy?: string;
}

export const checkoutRatio = (load: string) => `checkouts ÷ empty workflows, ${load}`;
export const checkoutP50Ratio = 'checkout p50 ÷ empty workflow p50, 1 user';
export const checkoutSpread = (load: string) => `checkout p99 ÷ p50, ${load}`;
export const acceptedRatio = (orders: number) => `accepted ÷ bare transactions, ${countText(orders)} at once`;
export const acceptedToEmpty = (orders: number) => `accepted ÷ empty workflows, ${countText(orders)} at once`;
export const endedRatio = (orders: number) => `completed ÷ offered, ${countText(orders)} at once`;
export const cpuOneProcess = 'CPU of a cycle ÷ of an empty workflow, one process';
export const cpuApart = 'CPU of a cycle ÷ of an empty workflow, roles apart';
export const roundTripsOfCheckout = 'round trips of a checkout with its event';
export const roundTripsOfAddItem = 'round trips of an AddItem';
export const roundTripsOfKeptCart = 'round trips of an AddItem, cart and price in caches';
export const hotRatio = 'one hot product ÷ many products';
export const readRatio = (what: string, load: string) => `${what} ÷ bare route, ${load}`;
export const readSpread = (what: string, load: string) => `${what} p99 ÷ p50, ${load}`;
export const loginRatio = 'logins ÷ (cores ÷ one hash)';
export const largestProcess = 'largest process';
export const memoryGrowth = (seconds: number) => `last ÷ first, over ${seconds} s`;
export const growthRatio = (what: string, orders: number) => `${what} with ${countText(orders)} orders ÷ with few`;
export const idleTransactions = 'transactions, idle';
export const idleProcessor = 'processor time each second: platform';
export const mixedSpread = (what: string) => `${what} p99 ÷ p50, mixed load`;
export const eventLoopDelay = 'event loop delay p99, mixed load';

export const listOf200 = 'list of 200';
export const oneProduct = 'one product';
export const addingItems = 'AddItem';

const readBars = (['16 users', '64 users'] as const).flatMap((load): readonly Bar[] => [
  { row: 'reads', figure: readRatio(listOf200, load), atLeast: 0.5 },
  { row: 'reads', figure: readRatio(oneProduct, load), atLeast: 0.35 },
  { row: 'reads', figure: readSpread(listOf200, load), atMost: 4 },
  { row: 'reads', figure: readSpread(oneProduct, load), atMost: 4 },
]);

const mixedBars = [listOf200, oneProduct, addingItems].map((what): Bar => ({
  row: 'mixed',
  figure: mixedSpread(what),
  atMost: 5,
}));

/** All bars. The names of rows and figures are those that the rows give. */
export const bars: readonly Bar[] = [
  { row: 'checkout', figure: checkoutRatio('16 users'), atLeast: 0.4, leastOfAll: 0.3 },
  { row: 'checkout', figure: checkoutRatio('64 users'), atLeast: 0.4, leastOfAll: 0.3 },
  { row: 'checkout', figure: checkoutP50Ratio, atMost: 2.5 },
  { row: 'checkout', figure: checkoutSpread('64 users'), atMost: 3 },
  { row: 'spike', figure: acceptedRatio(spikeOrders), atLeast: 0.25 },
  // 250 a second where empty workflows do 100 a second.
  { row: 'spike', figure: acceptedToEmpty(spikeOrders), atLeast: 2.5 },
  { row: 'spike', figure: endedRatio(spikeOrders), atLeast: 1 },
  { row: 'cpu', figure: cpuOneProcess, atMost: 2.8 },
  { row: 'cpu', figure: cpuApart, atMost: 5, measuredBy: 'cpu --roles' },
  { row: 'round-trips', figure: roundTripsOfCheckout, atMost: 24 },
  { row: 'round-trips', figure: roundTripsOfAddItem, atMost: 4 },
  { row: 'hot-product', figure: hotRatio, atLeast: 0.7 },
  ...readBars,
  { row: 'login', figure: loginRatio, atLeast: 0.9 },
  ...mixedBars,
  { row: 'mixed', figure: eventLoopDelay, below: 50 },
  { row: 'memory', figure: largestProcess, atMost: 400 },
  // Flat: the rest is how much the garbage collector's phases differ.
  { row: 'memory', figure: memoryGrowth(600), atMost: 1.1, measuredBy: 'memory --seconds 600' },
  { row: 'idle', figure: idleTransactions, atMost: 1 },
  { row: 'idle', figure: idleProcessor, atMost: 10 },
  { row: 'growth', figure: growthRatio('checkouts', manyOrders), atLeast: 0.9 },
];

type Verdict = 'pass' | 'fail' | 'not measured';

export interface Judged {
  readonly bar: Bar;
  readonly value: number | undefined;
  readonly verdict: Verdict;
  /** Why, if the value does not tell. */
  readonly why?: string;
}

/** Judges a row's bars. Failed operations fail all of them. */
export function judge(row: string, { figures, failures }: Findings): readonly Judged[] {
  return bars
    .filter((bar) => bar.row === row)
    .map((bar): Judged => {
      const value = figures.find(({ name }) => name === bar.figure)?.value;
      if (failures.length > 0) return { bar, value, verdict: 'fail', why: 'operations failed' };
      if (value === undefined) return { bar, value, verdict: 'not measured' };
      return { bar, value, verdict: reaches(bar, value) ? 'pass' : 'fail' };
    });
}

const { NEGATIVE_INFINITY: anyLeast, POSITIVE_INFINITY: anyMost } = Number;

function reaches({ atLeast = anyLeast, atMost = anyMost, below = anyMost }: Bar, value: number): boolean {
  return value >= atLeast && value <= atMost && value < below;
}

export function barText({ atLeast, atMost, below, leastOfAll }: Bar): string {
  const most = below === undefined ? `≤ ${atMost}` : `< ${below}`;
  const text = atLeast === undefined ? most : `≥ ${atLeast}`;
  return leastOfAll === undefined ? text : `${text} (never below ${leastOfAll})`;
}
