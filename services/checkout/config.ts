import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const checkoutFormerNames: FormerNames = {};

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const schema = z.object({
  /** Workflow starts under way at once in this process. */
  CHECKOUT_STARTS_IN_FLIGHT: count(64),
  /** Accepted orders that wait in memory for their start; more wait in the database. */
  CHECKOUT_STARTS_WAITING: count(1000),
  CHECKOUT_SWEEP_SECONDS: positive(1),
  /** How long claimed orders are this process's to start. */
  CHECKOUT_START_LEASE_SECONDS: count(20),
  /** With older unstarted orders than this, new checkouts are refused. */
  CHECKOUT_MAX_UNSTARTED_SECONDS: positive(60),
  CHECKOUT_STALLED_SWEEP_SECONDS: positive(10),
  /** PENDING orders not known to have run for so long are looked at. */
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

/** The checkout service's own settings. @throws ZodError that names each bad setting */
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
