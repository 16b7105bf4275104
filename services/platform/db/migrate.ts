import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { join } from 'node:path';
import postgres from 'postgres';

const folder = join(import.meta.dirname, '../../../drizzle');
// Two deployments may migrate at once; the second waits and finds nothing to do.
const advisoryLock = 7_215_001;

/**
 * Applies `drizzle/<service>/` to the database at `url`. Each service keeps its own record of what was applied, in its
 * own schema, so that services can live in different databases.
 */
export async function migrateService(url: string, service: string, schema: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined, connection: { lock_timeout: 30_000 } });
  try {
    await client`select pg_advisory_lock(${advisoryLock})`;
    await migrate(drizzle(client), { migrationsFolder: join(folder, service), migrationsSchema: schema });
  } finally {
    await client.end({ timeout: 5 });
  }
}
