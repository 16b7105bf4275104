import { z } from 'zod';

const schema = z.object({
  RELAY_BATCH_SIZE: z.coerce.number().int().min(1).max(5000).default(200),
  /** After this many failures of its own an event is dead: it is not tried again until an operator replays it. */
  RELAY_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(1000).default(12),
  RELAY_PUBLISHED_KEPT_DAYS: z.coerce.number().int().min(1).default(14),
});

export interface RelayConfig {
  readonly batchSize: number;
  readonly maxAttempts: number;
  /** How long published events stay in the outbox. */
  readonly keptDays: number;
}

/** @throws ZodError with every invalid setting */
export function readRelayConfig(env: Readonly<Record<string, string | undefined>>): RelayConfig {
  const read = schema.parse(env);
  return {
    batchSize: read.RELAY_BATCH_SIZE,
    maxAttempts: read.RELAY_MAX_ATTEMPTS,
    keptDays: read.RELAY_PUBLISHED_KEPT_DAYS,
  };
}
