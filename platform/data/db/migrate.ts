import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { join } from 'node:path';
import postgres from 'postgres';

const folder = join(import.meta.dirname, '../../../drizzle');
// Two deployments may migrate at once: the second one waits and finds nothing to do.
const advisoryLock = 7_215_001;
/** The role of the audit. deploy/postgres lets it read every table that a migration creates. */
const auditor = 'ecommerce_auditor';

/**
 * Applies the migrations in `drizzle/<service>/` to the database at `url`. Each schema has its own record of applied
 * migrations, so services may use different databases. If there is an auditor, it may not read the stored answers to
 * requests.
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
