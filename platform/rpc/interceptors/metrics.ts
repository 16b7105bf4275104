import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { Counter, Histogram, type Registry } from 'prom-client';
import { latencyBuckets } from '../../telemetry/registry.ts';
import { observe } from './stream.ts';

/** Counts and measures the RPCs of all protocols. Names and labels are those of the gRPC ecosystem. */
export function metricsInterceptor(registry: Registry): Interceptor {
  const labels = ['grpc_service', 'grpc_method', 'grpc_type'] as const;
  const handled = new Counter({
    name: 'grpc_server_handled_total',
    help: 'RPCs completed, by code',
    labelNames: [...labels, 'grpc_code'] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'grpc_server_handling_seconds',
    help: 'Seconds from the first byte of an RPC to its end',
    labelNames: labels,
    buckets: latencyBuckets,
    registers: [registry],
  });
  return (next) => (request) => {
    const startedAt = performance.now();
    const call = {
      grpc_service: request.service.typeName,
      grpc_method: request.method.name,
      grpc_type: request.method.methodKind,
    };
    return observe(
      () => next(request),
      (outcome) => {
        const code = outcome.ok ? 'OK' : Code[ConnectError.from(outcome.error).code];
        handled.inc({ ...call, grpc_code: code });
        seconds.observe(call, (performance.now() - startedAt) / 1000);
      },
    );
  };
}
