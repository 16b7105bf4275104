import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const relayFormerNames: FormerNames = {};

const schema = z.object({
  RELAY_BATCH_SIZE: z.coerce.number().int().min(1).max(5000).default(200),
  /** Failures of its own after which an event waits for a replay by hand. */
  RELAY_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(1000).default(12),
  RELAY_PUBLISHED_KEPT_DAYS: z.coerce.number().int().min(1).default(14),
});

export interface RelayConfig {
  readonly batchSize: number;
  readonly maxAttempts: number;
  /** How long published events stay in the outbox. */
  readonly keptDays: number;
}

/** @throws ZodError that names each bad setting */
export function readRelayConfig(env: Readonly<Record<string, string | undefined>>): RelayConfig {
  const read = schema.parse(env);
  return {
    batchSize: read.RELAY_BATCH_SIZE,
    maxAttempts: read.RELAY_MAX_ATTEMPTS,
    keptDays: read.RELAY_PUBLISHED_KEPT_DAYS,
  };
}
