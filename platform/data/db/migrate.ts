import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { join } from 'node:path';
import postgres from 'postgres';

const folder = join(import.meta.dirname, '../../../drizzle');
// Two deployments may migrate at once; the second waits and finds nothing to do.
const advisoryLock = 7_215_001;
/** deploy/postgres lets it read every table that a migration makes. */
const auditor = 'ecommerce_auditor';

/**
 * Applies `drizzle/<service>/` to the database at `url`. Each service keeps its own record of what was applied, in its
 * own schema, so that services can live in different databases. Where there is an auditor, stored answers to requests
 * are kept from it.
 */
export async function migrateService(url: string, service: string, schema: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined, connection: { lock_timeout: 30_000 } });
  try {
    await client`select pg_advisory_lock(${advisoryLock})`;
    await migrate(drizzle(client), { migrationsFolder: join(folder, service), migrationsSchema: schema });
    await keepAnswersFromAuditor(client, `${schema}.requests`);
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function keepAnswersFromAuditor(client: postgres.Sql, table: string): Promise<void> {
  const both = await client`select from pg_roles where rolname = ${auditor} and to_regclass(${table}) is not null`;
  if (both.count > 0) await client`revoke all on table ${client(table)} from ${client(auditor)}`;
}
