import { manyOrders, manyProducts, spikeOrders } from './bars.ts';
import type { Length } from './window.ts';

/** How long and how large everything is. */
export interface Lengths {
  /** Of one load. */
  readonly load: Length;
  /** Of a load that only reads, which needs fewer seconds. */
  readonly reads: Length;
  /** At a fixed rate of ten operations a second: so long that each kind has 500 and more samples. */
  readonly mixed: Length;
  readonly memory: Length;
  readonly idle: Length;
  /** Of the load before the first measurement, which warms up the code of the platform or of its baseline. */
  readonly warmUp: Length;
  readonly checkoutUsers: readonly number[];
  /** Also measures cycles with one AddItem. */
  readonly alsoOneItem: boolean;
  readonly readUsers: readonly number[];
  readonly spikeOrders: number;
  /** Purchases of the row that counts round trips. */
  readonly counted: number;
  /** Waits until Postgres has told all transactions. */
  readonly exactTransactions: boolean;
  readonly growth: { readonly products: number; readonly orders: number };
  readonly watches: number;
  /** Starts the platform again with the settings that a large row needs. A small one does without. */
  readonly ownSettings: boolean;
}

export interface Wanted {
  readonly seconds: number | undefined;
  readonly users: readonly number[] | undefined;
  readonly short: boolean;
}

const longestWarmUpSeconds = 10;

/** A load of these seconds, after a warm-up of a fifth of them. */
function loadOf(seconds: number): Length {
  return { warmUpSeconds: Math.min(longestWarmUpSeconds, Math.max(1, seconds / 5)), seconds };
}

export function lengthsOf({ seconds, users, short }: Wanted): Lengths {
  return short ? shortLengths(seconds, users) : fullLengths(seconds, users);
}

function fullLengths(seconds: number | undefined, users: Wanted['users']): Lengths {
  return {
    load: loadOf(seconds ?? 10),
    reads: loadOf(seconds ?? 6),
    mixed: loadOf(seconds ?? 60),
    memory: loadOf(seconds ?? 60),
    // Half a minute, so that nothing of the load before goes on; and some rounds of the slowest loop.
    idle: { warmUpSeconds: 30, seconds: Math.max(60, seconds ?? 60) },
    warmUp: { warmUpSeconds: 1, seconds: 8 },
    checkoutUsers: users ?? [1, 16, 64],
    alsoOneItem: true,
    readUsers: users ?? [16, 64],
    spikeOrders,
    counted: 32,
    exactTransactions: true,
    growth: { products: manyProducts, orders: manyOrders },
    watches: 1000,
    ownSettings: true,
  };
}

/** Small enough for CI: it shows that everything works, and its figures are rough. */
function shortLengths(seconds: number | undefined, users: Wanted['users']): Lengths {
  const load = { warmUpSeconds: 0.5, seconds: seconds ?? 2 };
  return {
    load,
    reads: { warmUpSeconds: 0.5, seconds: seconds ?? 1 },
    mixed: load,
    memory: load,
    idle: { warmUpSeconds: 1, seconds: seconds ?? 3 },
    warmUp: { warmUpSeconds: 0.5, seconds: 1.5 },
    checkoutUsers: users ?? [1, 16],
    alsoOneItem: false,
    readUsers: users ?? [16],
    spikeOrders: 32,
    counted: 10,
    exactTransactions: false,
    growth: { products: 2000, orders: 20_000 },
    watches: 50,
    ownSettings: false,
  };
}
