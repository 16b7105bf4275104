import { collectDefaultMetrics, Registry } from 'prom-client';

/** Seconds: from a cached read to the longest unary call. */
export const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Node's event loop is sampled this often. At the usual 10 ms an idle process spends a third of its processor time on
 * it. The sampled times contain this pause, so the percentiles of an idle process are this high.
 */
export const eventLoopMonitoringPrecision = 50;

/**
 * Makes the registry of a process: it has Node's own metrics, and each metric has the label `service`. With a `number`
 * it also has the label `process`, which tells the processes that share ports apart.
 */
export function createRegistry({ service, number }: { readonly service: string; readonly number?: number }): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service, ...(number === undefined ? {} : { process: String(number) }) });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision });
  return registry;
}
