import type { Sql, TransactionSql } from 'postgres';
import { Gauge, Histogram, type Registry } from 'prom-client';

type Client = Sql | TransactionSql;

export interface DatabaseMetrics {
  readonly connectionOpened: () => void;
  readonly connectionClosed: () => void;
  readonly queryTook: (operation: string, seconds: number) => void;
}

/** `db_connections_open` and `db_query_duration_seconds`, by the pool's name; created once per registry. */
export function databaseMetrics(registry: Registry, database: string): DatabaseMetrics {
  const connections =
    (registry.getSingleMetric('db_connections_open') as Gauge<'database'> | undefined) ??
    new Gauge({
      name: 'db_connections_open',
      help: 'Open connections to Postgres.',
      labelNames: ['database'],
      registers: [registry],
    });
  const queries =
    (registry.getSingleMetric('db_query_duration_seconds') as Histogram<'database' | 'operation'> | undefined) ??
    new Histogram({
      name: 'db_query_duration_seconds',
      help: 'Time from sending a statement to its result, waiting for a connection included.',
      labelNames: ['database', 'operation'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers: [registry],
    });
  connections.set({ database }, 0);
  return {
    connectionOpened: () => connections.inc({ database }),
    connectionClosed: () => connections.dec({ database }),
    queryTook: (operation, seconds) => queries.observe({ database, operation }, seconds),
  };
}

const operations = new Set(['select', 'insert', 'update', 'delete', 'with', 'lock', 'notify']);

function operationOf(query: string): string {
  const word = /^\s*(\w+)/.exec(query)?.[1]?.toLowerCase() ?? '';
  return operations.has(word) ? word : 'other';
}

/** postgres.js reports no durations, so statements are timed where Drizzle hands them over: at `unsafe`. */
export function timed<C extends Client>(client: C, metrics: DatabaseMetrics): C {
  return new Proxy(client, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== 'function') return value;
      if (property === 'unsafe') return timedUnsafe(target, metrics);
      if (property === 'begin' || property === 'savepoint') {
        return (...args: unknown[]) => {
          const body = args.pop() as (inner: TransactionSql) => unknown;
          return Reflect.apply(value, target, [...args, (inner: TransactionSql) => body(timed(inner, metrics))]);
        };
      }
      return value;
    },
  });
}

function timedUnsafe(client: Client, metrics: DatabaseMetrics): Client['unsafe'] {
  return ((query: string, ...rest: []) => {
    const pending = client.unsafe(query, ...rest);
    const settle = pending.then.bind(pending);
    let started: number | undefined;
    let counted = false;
    // A statement is sent when it is first awaited, so that is when its time starts; it may be awaited again.
    // oxlint-disable-next-line unicorn/no-thenable -- it has one already
    pending.then = (onDone, onFailed) => {
      started ??= performance.now();
      const done = () => {
        if (!counted) metrics.queryTook(operationOf(query), (performance.now() - (started ?? 0)) / 1000);
        counted = true;
      };
      return settle(
        (rows) => {
          done();
          return onDone ? onDone(rows) : (rows as never);
        },
        (error: unknown) => {
          done();
          if (onFailed) return onFailed(error);
          throw error;
        },
      );
    };
    return pending;
  }) as Client['unsafe'];
}
