import { z } from 'zod';

const schema = z.object({
  BACKOFFICE_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
});

export interface BackofficeConfig {
  /** How long the answer to a `request_id` is kept. */
  readonly requestsKeptDays: number;
}

/** @throws ZodError naming every setting that can't be read. */
export function readBackofficeConfig(env: Readonly<Record<string, string | undefined>>): BackofficeConfig {
  const read = schema.parse(env);
  return { requestsKeptDays: read.BACKOFFICE_REQUESTS_KEPT_DAYS };
}
