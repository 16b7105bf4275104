import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Histogram, type Registry } from 'prom-client';
import { latencyBuckets } from '../../telemetry/registry.ts';

export interface HttpMetrics {
  /** Counts and measures the request when its answer has been sent. */
  readonly track: (request: IncomingMessage, response: ServerResponse) => void;
  /** Names the route: a template or an RPC's path, never a raw path. */
  readonly setRoute: (response: ServerResponse, route: string) => void;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** `http_requests_total` and `http_request_duration_seconds` of the HTTP port. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const total = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, by route template and status',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds from the request head to the end of the answer',
    labelNames: ['method', 'route'] as const,
    buckets: latencyBuckets,
    registers: [registry],
  });
  const routes = new WeakMap<ServerResponse, string>();
  return {
    setRoute: (response, route) => void routes.set(response, route),
    track: (request, response) => {
      const startedAt = performance.now();
      response.once('close', () => {
        const method = knownMethods.has(request.method ?? '') ? (request.method ?? '') : 'other';
        const route = routes.get(response) ?? 'unmatched';
        // 499 is nginx's status for a client that left before the answer.
        const status = response.writableFinished ? response.statusCode : 499;
        total.inc({ method, route, status: String(status) });
        seconds.observe({ method, route }, (performance.now() - startedAt) / 1000);
      });
    },
  };
}
