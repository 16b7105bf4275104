import { z } from 'zod';

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const schema = z.object({
  /** The most workflow starts that this process has in flight. */
  CHECKOUT_STARTS_IN_FLIGHT: count(64),
  /** The most accepted orders that wait in memory for their start. The others wait in the database. */
  CHECKOUT_STARTS_WAITING: count(1000),
  CHECKOUT_SWEEP_SECONDS: positive(1),
  /** For how long only this process may start the orders that it has leased. */
  CHECKOUT_START_LEASE_SECONDS: count(20),
  /** If the oldest unstarted order is older, new checkouts are refused. */
  CHECKOUT_MAX_UNSTARTED_SECONDS: positive(60),
  CHECKOUT_STALLED_SWEEP_SECONDS: positive(10),
  /** The sweep looks at PENDING orders that were last known to be started this long ago (rule S30). */
  CHECKOUT_STALLED_SECONDS: count(30),
});

export interface CheckoutConfig {
  readonly startsInFlight: number;
  readonly startsWaiting: number;
  readonly sweepSeconds: number;
  readonly startLeaseSeconds: number;
  readonly maxUnstartedSeconds: number;
  readonly stalledSweepSeconds: number;
  readonly stalledSeconds: number;
}

/** Reads the checkout service's settings. @throws ZodError that names each bad setting */
export function readCheckoutConfig(env: Readonly<Record<string, string | undefined>>): CheckoutConfig {
  const read = schema.parse(env);
  return {
    startsInFlight: read.CHECKOUT_STARTS_IN_FLIGHT,
    startsWaiting: read.CHECKOUT_STARTS_WAITING,
    sweepSeconds: read.CHECKOUT_SWEEP_SECONDS,
    startLeaseSeconds: read.CHECKOUT_START_LEASE_SECONDS,
    maxUnstartedSeconds: read.CHECKOUT_MAX_UNSTARTED_SECONDS,
    stalledSweepSeconds: read.CHECKOUT_STALLED_SWEEP_SECONDS,
    stalledSeconds: read.CHECKOUT_STALLED_SECONDS,
  };
}
