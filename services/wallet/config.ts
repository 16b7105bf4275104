import { z } from 'zod';

const schema = z.object({
  WALLET_SWEEP_SECONDS: z.coerce.number().positive().max(3600).default(5),
  WALLET_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
});

export interface WalletConfig {
  /** Pause between two sweeps of overdue holds. */
  readonly sweepSeconds: number;
  /** How long the answer to a `request_id` is kept. */
  readonly requestsKeptDays: number;
}

/** Reads the wallet service's settings. @throws ZodError that names each bad setting */
export function readWalletConfig(env: Readonly<Record<string, string | undefined>>): WalletConfig {
  const read = schema.parse(env);
  return { sweepSeconds: read.WALLET_SWEEP_SECONDS, requestsKeptDays: read.WALLET_REQUESTS_KEPT_DAYS };
}
