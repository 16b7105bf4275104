import { sql, type ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgTransaction } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Registry } from 'prom-client';
import { clientClass } from './client.ts';
import { listen, type ListenHandlers, type Listener } from './listen.ts';
import { databaseMetrics } from './metrics.ts';

type Schema = Record<string, never>;
export type Database = NodePgDatabase<Schema>;
export type Transaction = NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
/** Either: what a repository's statements run on. */
export type Executor = Database | Transaction;

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections at most. Default 10. */
  readonly poolSize?: number;
  /** Where the pool's metrics are registered, under `applicationName`. */
  readonly registry?: Registry;
}

export interface DatabaseHandle {
  readonly db: Database;
  /** Answers or throws; for readiness. */
  readonly check: () => Promise<void>;
  /** Listens to one channel of NOTIFY on connections of its own, until stopped; see listen.ts. */
  readonly listen: (channel: string, handlers: ListenHandlers) => Listener;
  /** Waits for running statements up to `seconds` (default 5), then closes the pool. */
  readonly close: (seconds?: number) => Promise<void>;
}

/**
 * Opens a pool. Timeouts nest as the checkout design asks: lock 1 s < statement 2 s < RPC 3 s, so that a caller always
 * outlives the statement and hears its real outcome.
 */
export function openDatabase(options: DatabaseOptions): DatabaseHandle {
  const metrics = options.registry && databaseMetrics(options.registry, options.applicationName);
  const pool = new pg.Pool({
    connectionString: options.url,
    Client: clientClass(metrics),
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: options.applicationName,
    lock_timeout: 1000,
    statement_timeout: 2000,
    idle_in_transaction_session_timeout: 5000,
  });
  // An idle connection that dies is replaced when one is needed; whoever uses a connection hears of it themselves.
  pool.on('error', () => undefined);
  pool.on('connect', () => metrics?.connectionOpened());
  pool.on('remove', () => metrics?.connectionClosed());
  const db = openDrizzle(pool);
  return {
    db,
    check: async () => void (await db.execute(sql`select 1`)),
    listen: (channel, handlers) => listen(options.url, options.applicationName, channel, handlers),
    close: (seconds = 5) => closeWithin(pool, seconds),
  };
}

/** Drizzle itself never gives a connection back on which `begin` has failed: ten such, and nobody gets one again. */
function openDrizzle(pool: pg.Pool): Database {
  const db = drizzle(pool);
  const transaction: Database['transaction'] = async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzle(client).transaction(work, config);
    } finally {
      client.release();
    }
  };
  return Object.assign(db, { transaction });
}

/** Waits for what runs, but not longer; the server ends what is left when its connection goes. */
async function closeWithin(pool: pg.Pool, seconds: number): Promise<void> {
  const { promise: tooLong, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  await Promise.race([pool.end(), tooLong]);
  clearTimeout(timer);
}
