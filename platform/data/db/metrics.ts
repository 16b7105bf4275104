import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface DatabaseMetrics {
  readonly connectionOpened: () => void;
  readonly connectionClosed: () => void;
  readonly queryTook: (query: string, seconds: number) => void;
  /** A connection was cut because no answer came. */
  readonly silent: () => void;
}

export interface PoolUse {
  readonly running: number;
  readonly waiting: number;
}

const uses = new WeakMap<Registry, Map<string, () => PoolUse>>();

/** Makes the gauges that read the pools at scrape time, once for each registry. */
function usesOf(registry: Registry): Map<string, () => PoolUse> {
  const known = uses.get(registry);
  if (known !== undefined) return known;
  const pools = new Map<string, () => PoolUse>();
  uses.set(registry, pools);
  const gauge = (name: string, help: string, pick: (use: PoolUse) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['database'],
      registers: [registry],
      collect() {
        for (const [database, use] of pools) this.set({ database }, pick(use()));
      },
    });
  gauge('db_connections_in_use', 'Connections to Postgres that calls use.', ({ running }) => running);
  gauge('db_connections_awaited', 'Calls that wait for a connection.', ({ waiting }) => waiting);
  return pools;
}

function counterOf(registry: Registry, name: string, help: string): Counter<'database'> {
  const known = registry.getSingleMetric(name) as Counter<'database'> | undefined;
  return known ?? new Counter({ name, help, labelNames: ['database'], registers: [registry] });
}

/**
 * The metrics `db_connections_open`, `_max`, `_in_use`, `_awaited` and `_silent_total`, and
 * `db_query_duration_seconds`, by the pool's name. They are created once for each registry.
 */
export function databaseMetrics(
  registry: Registry,
  database: string,
  pool: { readonly size: number; readonly use: () => PoolUse },
): DatabaseMetrics {
  usesOf(registry).set(database, pool.use);
  const max =
    (registry.getSingleMetric('db_connections_max') as Gauge<'database'> | undefined) ??
    new Gauge({
      name: 'db_connections_max',
      help: 'Largest number of connections to Postgres.',
      labelNames: ['database'],
      registers: [registry],
    });
  max.set({ database }, pool.size);
  const silent = counterOf(registry, 'db_connections_silent_total', 'Connections cut because no answer came.');
  // An alert or a rate sees the first one only if the counter stands at 0 before.
  silent.inc({ database }, 0);
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
    silent: () => silent.inc({ database }),
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
