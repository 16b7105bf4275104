import { Gauge, Histogram, type Registry } from 'prom-client';

export interface DatabaseMetrics {
  readonly connectionOpened: () => void;
  readonly connectionClosed: () => void;
  readonly queryTook: (query: string, seconds: number) => void;
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
      help: 'Time from sending a statement to its result.',
      labelNames: ['database', 'operation'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers: [registry],
    });
  connections.set({ database }, 0);
  return {
    connectionOpened: () => connections.inc({ database }),
    connectionClosed: () => connections.dec({ database }),
    queryTook: (query, seconds) => queries.observe({ database, operation: operationOf(query) }, seconds),
  };
}

const operations = new Set(['select', 'insert', 'update', 'delete', 'with']);

function operationOf(query: string): string {
  const word = /^\s*(\w+)/.exec(query)?.[1]?.toLowerCase() ?? '';
  return operations.has(word) ? word : 'other';
}
