import { z } from 'zod';
import { flag } from '../../platform/config/schemas.ts';
import { isProduction } from '../../platform/config/mode.ts';

const schema = z.object({
  WALLET_SWEEP_SECONDS: z.coerce.number().positive().max(3600).default(5),
  WALLET_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
  WALLET_FREE_TOP_UP: flag.optional(),
});

export interface WalletConfig {
  /** Pause between two sweeps of overdue holds. */
  readonly sweepSeconds: number;
  /** How long the answer to a `request_id` is kept. */
  readonly requestsKeptDays: number;
  /** Whether users may put money into their own wallets without paying. Off in production. */
  readonly freeTopUp: boolean;
}

/** Reads the wallet service's settings. @throws ZodError that names each bad setting */
export function readWalletConfig(env: Readonly<Record<string, string | undefined>>): WalletConfig {
  const read = schema.parse(env);
  return {
    sweepSeconds: read.WALLET_SWEEP_SECONDS,
    requestsKeptDays: read.WALLET_REQUESTS_KEPT_DAYS,
    freeTopUp: read.WALLET_FREE_TOP_UP ?? !isProduction(env),
  };
}
