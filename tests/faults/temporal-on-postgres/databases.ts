import { join } from 'node:path';
import { which } from '../../../deploy/dev/parts/tools.ts';
import { owners, schemaOf } from '../../../runtime/registry.ts';
import { testDatabaseUrl } from '../../../platform/testing/database.ts';
import { ask } from '../restore/ask.ts';
import { runToEnd } from '../restore/programs.ts';

/** The password of all roles, as in docker-compose.yml. */
export const password = 'development-only';
const roles = ['migrator', 'temporal', ...owners.map(schemaOf), 'auditor'];

/** URL of a database on the stack's server. @param role the role to connect as; by default the administrator */
export function databaseUrl(database: string, role?: string): string {
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${database}`;
  if (role !== undefined) [url.username, url.password] = [role, password];
  return url.href;
}

/** Runs SQL in a database as the administrator. */
export function query<Row extends object>(database: string, text: string): Promise<Row[]> {
  return ask(databaseUrl(database), text);
}

/** Runs `init.sh` on the stack's new server, as production's Postgres image does on an empty data folder. */
export async function initialize(): Promise<void> {
  const [known] = await query('postgres', `select from pg_roles where rolname = 'temporal'`);
  if (known !== undefined) return;
  await dropIfEmpty('ecommerce');
  const admin = new URL(testDatabaseUrl());
  const passwords = roles.map((role) => [`${role.toUpperCase()}_PASSWORD`, password]);
  await runToEnd('bash', ['deploy/postgres/init.sh'], {
    PATH: `${postgresTools()}:${process.env['PATH'] ?? ''}`,
    PGHOST: admin.hostname,
    PGPORT: admin.port,
    PGPASSWORD: decodeURIComponent(admin.password),
    POSTGRES_USER: decodeURIComponent(admin.username),
    ...Object.fromEntries(passwords),
  });
}

/** Drops the database that the launcher has created. @throws Error if it has tables: then it belongs to somebody else */
async function dropIfEmpty(database: string): Promise<void> {
  const held = await query(
    database,
    `select from pg_class where relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  if (held.length > 0) {
    throw new Error(`the database ${database} is not empty, and this test would drop it: unset DATABASE_URL`);
  }
  await query('postgres', `drop database ${database} with (force)`);
}

function postgresTools(): string {
  const folder = process.env['PG_BIN'];
  if (folder !== undefined) return folder;
  const psql = which('psql', ['/opt/homebrew/opt/libpq/bin']);
  if (psql === undefined) throw new Error('psql was not found: install postgresql-client, or set PG_BIN');
  return join(psql, '..');
}
