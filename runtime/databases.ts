import { sql } from 'drizzle-orm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { openDatabase, type DatabaseHandle } from '../platform/data/db/database.ts';
import { createOutage } from '../platform/data/db/outage.ts';
import { schemaOf, type Owner } from './registry.ts';

export interface DatabasesOptions {
  readonly urls: Readonly<Partial<Record<Owner, string>>>;
  readonly poolSize: number;
  readonly waitSeconds: number;
  readonly logger: Logger;
  readonly registry: Registry;
}

export interface Databases {
  readonly of: (owner: Owner) => DatabaseHandle;
  /** Closes the pools. Waits up to `seconds` (default 5) for running statements. */
  readonly close: (seconds?: number) => Promise<void>;
}

/** In a container the launcher is missing, and there Node can run the file. */
export const howToMigrate =
  'run: node deploy/dev/bootstrap.mjs run runtime/migrate.ts (in a container: node runtime/migrate.ts)';

/** A database did not become usable in time: it does not answer, or migrations are missing. */
class DatabaseNotReady extends Error {
  override readonly name = 'DatabaseNotReady';
}

/**
 * Opens a pool for each service. Waits up to `waitSeconds` until each database answers and has all migrations.
 * @throws DatabaseNotReady
 */
export async function openDatabases(options: DatabasesOptions): Promise<Databases> {
  const { urls, poolSize, registry } = options;
  const { failed, opened } = createOutage(options.logger);
  // A start waits for its databases, and that is no outage.
  let isStarted = false;
  const outage = { opened, failed: (error: Error) => isStarted && failed(error) };
  const pools = new Map<Owner, DatabaseHandle>();
  for (const [owner, url] of Object.entries(urls) as [Owner, string][]) {
    pools.set(owner, openDatabase({ url, applicationName: owner, poolSize, registry, outage }));
  }
  const close = async (seconds?: number) => {
    await Promise.all([...pools.values()].map((pool) => pool.close(seconds)));
  };
  try {
    const deadline = Date.now() + options.waitSeconds * 1000;
    await Promise.all(
      [...pools].map(([owner, pool]) => usable(owner, pool, urls[owner] ?? '', deadline, options.logger)),
    );
  } catch (error) {
    await close();
    throw error;
  }
  isStarted = true;
  return {
    of: (owner) => {
      const pool = pools.get(owner);
      if (pool === undefined) throw new Error(`no database was opened for ${owner}`);
      return pool;
    },
    close,
  };
}

/** Waits until the database at `url` answers. @throws DatabaseNotReady after `waitSeconds` */
export async function waitForServer(url: string, waitSeconds: number): Promise<void> {
  const { check, close } = openDatabase({ url, applicationName: 'wait', poolSize: 1 });
  const deadline = Date.now() + waitSeconds * 1000;
  try {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2000)) {
      const trouble = await check().then(() => undefined, reasonOf);
      if (trouble === undefined) return;
      if (Date.now() + waitMs > deadline)
        throw new DatabaseNotReady(`the database at ${placeOf(url)} does not answer: ${trouble}`);
      await pause(waitMs);
    }
  } finally {
    await close(1);
  }
}

async function usable(
  owner: Owner,
  pool: DatabaseHandle,
  url: string,
  deadline: number,
  logger: Logger,
): Promise<void> {
  const wanted = await migrationsOf(owner);
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2000)) {
    const trouble = await troubleOf(owner, pool, wanted);
    if (trouble === undefined) return;
    const where = placeOf(url);
    if (Date.now() + waitMs > deadline) throw new DatabaseNotReady(`the database of ${owner} at ${where}: ${trouble}`);
    logger.info({ owner, where, trouble }, 'waiting for the database');
    await pause(waitMs);
  }
}

async function troubleOf(owner: Owner, { db, check }: DatabaseHandle, wanted: number): Promise<string | undefined> {
  try {
    await check();
    const record = `${schemaOf(owner)}.__drizzle_migrations`;
    const [table] = await db
      .select({ there: sql<boolean>`to_regclass(${record}) is not null` })
      .from(sql`(values (1)) as one`);
    if (table?.there !== true) return `it has no tables; ${howToMigrate}`;
    const [applied] = await db.select({ count: sql<string>`count(*)` }).from(sql.raw(record));
    if (Number(applied?.count) < wanted) return `migrations are missing; ${howToMigrate}`;
    return undefined;
  } catch (error) {
    return `it does not answer (${reasonOf(error)})`;
  }
}

const journal = z.object({ entries: z.array(z.unknown()) });

async function migrationsOf(owner: Owner): Promise<number> {
  const path = join(import.meta.dirname, '../drizzle', owner, 'meta/_journal.json');
  return journal.parse(JSON.parse(await readFile(path, 'utf8'))).entries.length;
}

/** The host and name of a database, without the password that its URL may contain. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message !== '' || !('code' in cause) ? cause.message : String(cause.code);
}
