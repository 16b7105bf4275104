import type { DescMethod } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { Counter, Histogram, type Registry } from 'prom-client';
import { latencyBuckets } from '../../telemetry/registry.ts';

/** Counts and measures a call that has ended; without a code it succeeded. `startedAt` as of `performance.now()`. */
export type CountCall = (method: DescMethod, code: Code | undefined, startedAt: number) => void;

/** The metrics of the RPCs of all protocols. Names and labels are those of the gRPC ecosystem. */
export function createCallMetrics(registry: Registry): CountCall {
  const names = ['grpc_service', 'grpc_method', 'grpc_type'] as const;
  const handled = new Counter({
    name: 'grpc_server_handled_total',
    help: 'RPCs completed, by code',
    labelNames: [...names, 'grpc_code'] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'grpc_server_handling_seconds',
    help: 'Seconds from the first byte of an RPC to its end',
    labelNames: names,
    buckets: latencyBuckets,
    registers: [registry],
  });
  return (method, code, startedAt) => {
    const labels = { grpc_service: method.parent.typeName, grpc_method: method.name, grpc_type: method.methodKind };
    handled.inc({ ...labels, grpc_code: code === undefined ? 'OK' : Code[code] });
    seconds.observe(labels, (performance.now() - startedAt) / 1000);
  };
}
