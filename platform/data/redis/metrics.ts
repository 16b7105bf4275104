import { Counter, Gauge, type Registry } from 'prom-client';

export function redisConnected(registry: Registry): Gauge {
  return new Gauge({ name: 'redis_connected', help: 'Whether Redis can be used', registers: [registry] });
}

/** Counts one call that went on without Redis. Services of one process share the metric. */
export function redisFailures(registry: Registry): () => void {
  const name = 'redis_failures_total';
  const known = registry.getSingleMetric(name) as Counter | undefined;
  const help = 'Calls that went on without Redis, because it was away, slow or refused';
  const failures = known ?? new Counter({ name, help, registers: [registry] });
  return () => failures.inc();
}
