import { z } from 'zod';

const schema = z.object({
  /** Between two looks for expired reservations. */
  RESERVATION_SWEEP_MS: z.coerce.number().int().min(50).max(60_000).default(2_000),
  /** Oldest catalog data a reader may get; the contract promises a second. */
  CATALOG_CACHE_MS: z.coerce.number().int().min(0).max(950).default(900),
  /** How long a request_id is remembered. */
  REQUESTS_KEEP_DAYS: z.coerce.number().int().min(1).default(90),
});

export interface ProductsConfig {
  readonly sweepMs: number;
  readonly cacheMs: number;
  readonly requestsKeepDays: number;
}

/** Reads the service's settings; throws a ZodError naming every setting that is wrong. */
export function readProductsConfig(env: Readonly<Record<string, string | undefined>>): ProductsConfig {
  const read = schema.parse(env);
  return {
    sweepMs: read.RESERVATION_SWEEP_MS,
    cacheMs: read.CATALOG_CACHE_MS,
    requestsKeepDays: read.REQUESTS_KEEP_DAYS,
  };
}
