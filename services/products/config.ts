import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const productsFormerNames: FormerNames = {
  RESERVATION_SWEEP_MS: 'PRODUCTS_RESERVATION_SWEEP_MS',
  CATALOG_CACHE_MS: 'PRODUCTS_CATALOG_CACHE_MS',
  REQUESTS_KEEP_DAYS: 'PRODUCTS_REQUESTS_KEPT_DAYS',
};

const schema = z.object({
  /** Pause between two sweeps of overdue reservations. */
  PRODUCTS_RESERVATION_SWEEP_MS: z.coerce.number().int().min(50).max(60_000).default(2_000),
  /** The highest age of catalog data that a reader gets. The contract promises one second. */
  PRODUCTS_CATALOG_CACHE_MS: z.coerce.number().int().min(0).max(950).default(900),
  /** How long the answer to a request_id is kept. */
  PRODUCTS_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(90),
});

export interface ProductsConfig {
  readonly sweepMs: number;
  readonly cacheMs: number;
  readonly requestsKeptDays: number;
}

/** Reads the products service's settings. @throws ZodError that names each bad setting */
export function readProductsConfig(env: Readonly<Record<string, string | undefined>>): ProductsConfig {
  const read = schema.parse(env);
  return {
    sweepMs: read.PRODUCTS_RESERVATION_SWEEP_MS,
    cacheMs: read.PRODUCTS_CATALOG_CACHE_MS,
    requestsKeptDays: read.PRODUCTS_REQUESTS_KEPT_DAYS,
  };
}
