import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const walletFormerNames: FormerNames = {};

const schema = z.object({
  WALLET_SWEEP_SECONDS: z.coerce.number().positive().max(3600).default(5),
  WALLET_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
});

export interface WalletConfig {
  /** Pause between two looks for overdue holds. */
  readonly sweepSeconds: number;
  /** How long the answer to a `request_id` is kept. */
  readonly requestsKeptDays: number;
}

/** @throws ZodError naming every setting that can't be read. */
export function readWalletConfig(env: Readonly<Record<string, string | undefined>>): WalletConfig {
  const read = schema.parse(env);
  return { sweepSeconds: read.WALLET_SWEEP_SECONDS, requestsKeptDays: read.WALLET_REQUESTS_KEPT_DAYS };
}
