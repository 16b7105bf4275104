import { sql, type ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase, type PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { listen, type ListenHandlers, type Listener } from './listen.ts';
import type { Registry } from 'prom-client';
import { databaseMetrics, timed } from './metrics.ts';
import { prepared } from './prepared.ts';

type Schema = Record<string, never>;
export type Database = PostgresJsDatabase<Schema>;
export type Transaction = PostgresJsTransaction<Schema, ExtractTablesWithRelations<Schema>>;
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
  const client = postgres(options.url, {
    max: options.poolSize ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => undefined,
    // The server tells its encoding once per connection, when it is ready for use.
    onparameter: (key) => key === 'server_encoding' && metrics?.connectionOpened(),
    onclose: () => metrics?.connectionClosed(),
    connection: {
      application_name: options.applicationName,
      lock_timeout: 1000,
      statement_timeout: 2000,
      idle_in_transaction_session_timeout: 5000,
    },
  });
  const db = drizzle(prepared(metrics ? timed(client, metrics) : client));
  return {
    db,
    check: async () => void (await db.execute(sql`select 1`)),
    listen: (channel, handlers) => listen(options.url, options.applicationName, channel, handlers),
    close: (seconds = 5) => client.end({ timeout: seconds }),
  };
}
