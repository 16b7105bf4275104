import { sql, type ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgTransaction } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { clientClass } from './client.ts';
import { createListening, type Listening } from './listen.ts';
import type { Outage } from './outage.ts';
import { databaseMetrics } from './metrics.ts';
import { BoundedPool, type PoolLimits } from './pool.ts';

const statementMs = 2000;

type Schema = Record<string, never>;
export type Database = NodePgDatabase<Schema> & { readonly $client: pg.Pool };
export type Transaction = NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
/** What a repository's statements run on: the database or a transaction. */
export type Executor = Database | Transaction;

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Largest number of connections. Default 10. */
  readonly poolSize?: number;
  /** How many calls may wait for a connection (default 256), and how long (default 2,000 ms, 500 ms in an overload). */
  readonly queue?: Partial<PoolLimits>;
  /** Longest wait for an answer of the server. Default 2,500 ms: 500 ms more than the statement timeout. */
  readonly silenceMs?: number;
  /** Where the pool's metrics are registered, under `applicationName`. */
  readonly registry?: Registry;
  /** Is told when no connection can be opened. */
  readonly outage?: Outage;
}

export interface DatabaseHandle {
  readonly db: Database;
  /** Throws if the database does not answer; for readiness. */
  readonly check: () => Promise<void>;
  /** Listens to a NOTIFY channel until stopped, on one connection for all channels; see listen.ts. */
  readonly listen: Listening['listen'];
  /** Waits for running statements up to `seconds` (default 5), then closes the pool. */
  readonly close: (seconds?: number) => Promise<void>;
}

/**
 * Opens a pool. Timeouts nest (rule S26): lock 1 s < statement 2 s < RPC 3 s, so a caller waits longer than its
 * statement and learns the real outcome. A connection that gives no answer for 500 ms more than the statement timeout
 * is lost: it is cut and replaced.
 */
export function openDatabase(options: DatabaseOptions): DatabaseHandle {
  const { url, applicationName, registry, poolSize: max = 10, silenceMs = statementMs + 500 } = options;
  const use = () => pool.use();
  const metrics = registry && databaseMetrics(registry, applicationName, { size: max, use });
  const onSilence = () => {
    metrics?.silent();
    pool.suspect();
  };
  const config = {
    connectionString: url,
    Client: clientClass({ metrics, silenceMs, onSilence }),
    max,
    connectionTimeoutMillis: statementMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: applicationName,
    lock_timeout: 1000,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: 5000,
  };
  const limits = { maxWaiting: 256, maxWaitMs: 2000, overloadedWaitMs: 500, ...options.queue };
  const pool = new BoundedPool(config, limits, options.outage?.failed);
  // A dead idle connection is replaced when the next one is needed. One in use fails its statement.
  pool.on('error', () => undefined);
  pool.on('connect', () => {
    metrics?.connectionOpened();
    options.outage?.opened();
  });
  pool.on('remove', () => metrics?.connectionClosed());
  const db = openDrizzle(pool);
  return {
    db,
    check: async () => void (await db.execute(sql`select 1`)),
    listen: createListening(url, applicationName).listen,
    close: (seconds = 5) => closeWithin(pool, seconds),
  };
}

/**
 * Drizzle's own `transaction` does not give a connection back if `begin` fails: after ten failures none would be left.
 */
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

/** Waits for running statements, but at most `seconds`. The server ends the others when their connections close. */
async function closeWithin(pool: pg.Pool, seconds: number): Promise<void> {
  const { promise: tooLong, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  await Promise.race([pool.end(), tooLong]);
  clearTimeout(timer);
}
