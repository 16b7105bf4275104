import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const orderFormerNames: FormerNames = {};

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);

const schema = z.object({
  /** How long the sweep leaves a new order to the checkout that created it. */
  ORDER_START_DELAY_SECONDS: positive(5),
  /** How often watchers are told of changes whose notification got lost. */
  ORDER_WATCH_POLL_SECONDS: positive(5),
  ORDER_REFUND_SWEEP_SECONDS: positive(5),
  /** How long a refund may take before it is asked for again. */
  ORDER_REFUND_LEASE_SECONDS: positive(30),
  /** How long a repeated CancelOrder is compared with the first. */
  ORDER_REQUESTS_KEPT_DAYS: positive(30),
});

export interface OrderConfig {
  readonly startDelaySeconds: number;
  readonly watchPollSeconds: number;
  readonly refundSweepSeconds: number;
  readonly refundLeaseSeconds: number;
  readonly requestsKeptDays: number;
}

/** The order service's own settings. @throws ZodError that names each bad setting */
export function readOrderConfig(env: Readonly<Record<string, string | undefined>>): OrderConfig {
  const read = schema.parse(env);
  return {
    startDelaySeconds: read.ORDER_START_DELAY_SECONDS,
    watchPollSeconds: read.ORDER_WATCH_POLL_SECONDS,
    refundSweepSeconds: read.ORDER_REFUND_SWEEP_SECONDS,
    refundLeaseSeconds: read.ORDER_REFUND_LEASE_SECONDS,
    requestsKeptDays: read.ORDER_REQUESTS_KEPT_DAYS,
  };
}
