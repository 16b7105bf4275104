import { createHash } from 'node:crypto';
import { Registry } from 'prom-client';
import type { Database } from '../../../platform/data/db/database.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { createCatalogCache } from '../adapters/cache.ts';
import { createProduct } from '../domain/create-product.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { createProductsMetrics } from '../metrics.ts';
import { createProductsRepository } from '../repository/index.ts';
import { seedCatalog, type SeedProduct } from './catalog.ts';

/** The administrator's id of the seed's requests. No user has it. */
const seeder = '00000000-0000-4000-8000-000000000000';
const atOnce = 8;

/** Creates the development catalog. Products that exist stay as they are. @returns how many were created */
export async function seedProducts(db: Database): Promise<number> {
  const deps: ProductsDeps = {
    repository: createProductsRepository(db),
    cache: createCatalogCache({ maxAgeMs: 0 }),
    metrics: createProductsMetrics(new Registry()),
  };
  const known = await deps.repository.listSkus();
  const missing = seedCatalog().filter(({ details }) => !known.has(details.sku));
  for (let start = 0; start < missing.length; start += atOnce) {
    await Promise.all(missing.slice(start, start + atOnce).map((product) => create(deps, product)));
  }
  return missing.length;
}

async function create(deps: ProductsDeps, { details, openingStock }: SeedProduct): Promise<void> {
  const requestId = requestIdOf(details.sku);
  try {
    await createProduct(deps, { details, openingStock, requestId, adminId: seeder, told: undefined });
  } catch (error) {
    // Another process has created the product at the same time.
    if (!(error instanceof AppError && error.reason === 'SKU_TAKEN')) throw error;
  }
}

/** A UUID derived from the SKU, so that two seeds at the same time create one product. */
function requestIdOf(sku: string): string {
  const hex = createHash('sha256').update(`seed ${sku}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
