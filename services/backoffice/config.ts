import { z } from 'zod';

const schema = z.object({
  BACKOFFICE_SWEEP_SECONDS: z.coerce.number().positive().max(3600).default(5),
});

export interface BackofficeConfig {
  /** Shortest pause between two sweeps of changes whose outcome is not known. */
  readonly sweepSeconds: number;
}

/** @throws ZodError naming every setting that can't be read. */
export function readBackofficeConfig(env: Readonly<Record<string, string | undefined>>): BackofficeConfig {
  return { sweepSeconds: schema.parse(env).BACKOFFICE_SWEEP_SECONDS };
}
