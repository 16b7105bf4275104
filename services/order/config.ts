import { z } from 'zod';

const positive = (fallback: number) => z.coerce.number().positive().default(fallback);

const schema = z.object({
  /** For how long only the checkout process that created an order may start it. */
  ORDER_START_DELAY_SECONDS: positive(5),
  /** Pause between two queries for changes whose notification was lost. */
  ORDER_WATCH_POLL_SECONDS: positive(5),
  ORDER_REFUND_SWEEP_SECONDS: positive(5),
  /** How long a refund may take before the sweep asks for it again. */
  ORDER_REFUND_LEASE_SECONDS: positive(30),
  /** How long the request ids of CancelOrder are kept. */
  ORDER_REQUESTS_KEPT_DAYS: positive(30),
});

export interface OrderConfig {
  readonly startDelaySeconds: number;
  readonly watchPollSeconds: number;
  readonly refundSweepSeconds: number;
  readonly refundLeaseSeconds: number;
  readonly requestsKeptDays: number;
}

/** Reads the order service's settings. @throws ZodError that names each bad setting */
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
