import type { DescMethod } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { Counter, Histogram, type Registry } from 'prom-client';
import { latencyBuckets } from '../../telemetry/registry.ts';
import { observe } from './stream.ts';

/** Counts and measures a call that has ended. `startedAt` is on the clock of `performance.now()`. */
export type CountCall = (method: DescMethod, code: string, startedAt: number) => void;

/** The metrics of the RPCs of all protocols. Names and labels are those of the gRPC ecosystem. */
export function createCallMetrics(registry: Registry): CountCall {
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
  return (method, code, startedAt) => {
    const call = { grpc_service: method.parent.typeName, grpc_method: method.name, grpc_type: method.methodKind };
    handled.inc({ ...call, grpc_code: code });
    seconds.observe(call, (performance.now() - startedAt) / 1000);
  };
}

/** Counts and measures each call. */
export function metricsInterceptor(count: CountCall): Interceptor {
  return (next) => (request) => {
    const startedAt = performance.now();
    return observe(
      () => next(request),
      (outcome) => {
        count(request.method, outcome.ok ? 'OK' : (Code[ConnectError.from(outcome.error).code] ?? ''), startedAt);
      },
    );
  };
}
