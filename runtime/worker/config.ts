import { z } from 'zod';
import { checkoutTaskQueue } from '../../workflows/contract/checkout.ts';

const schema = z.object({
  TEMPORAL_TASK_QUEUE: z.string().min(1).default(checkoutTaskQueue),
  WORKER_CONCURRENT_STEPS: z.coerce.number().int().min(4).max(2_000).default(100),
  WORKER_CONCURRENT_WORKFLOWS: z.coerce.number().int().min(2).max(1_000).default(64),
  WORKER_CACHED_WORKFLOWS: z.coerce.number().int().min(2).max(10_000).default(300),
  WORKER_SHUTDOWN_GRACE_SECONDS: z.coerce.number().int().min(1).max(300).default(8),
  WORKER_TEMPORAL_METRICS_ADDRESS: z.string().optional(),
  WORKER_TEMPORAL_COMPRESSION: z.enum(['none', 'gzip']).default('none'),
});

export interface WorkerConfig {
  readonly taskQueue: string;
  /** How many regular activities run at once, and how many local ones. */
  readonly concurrentSteps: number;
  /**
   * How many workflow tasks run at once. A started workflow comes with its first task (eager start) only if one of them is
   * free, so the default is that of `CHECKOUT_STARTS_IN_FLIGHT`.
   */
  readonly concurrentWorkflows: number;
  /** How many open workflows stay in memory between their tasks. Others are replayed. */
  readonly cachedWorkflows: number;
  /** How long running steps may take when the worker stops. */
  readonly shutdownGraceSeconds: number;
  /** `host:port` on which Temporal's SDK serves its own metrics; undefined for a free port of loopback, `off` for none. */
  readonly metricsAddress: string | undefined;
  /** How requests to Temporal and its answers are compressed on the worker's connection. */
  readonly grpcCompression: 'none' | 'gzip';
}

/** @throws ZodError with every invalid setting */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const read = schema.parse(env);
  return {
    taskQueue: read.TEMPORAL_TASK_QUEUE,
    concurrentSteps: read.WORKER_CONCURRENT_STEPS,
    concurrentWorkflows: read.WORKER_CONCURRENT_WORKFLOWS,
    cachedWorkflows: read.WORKER_CACHED_WORKFLOWS,
    shutdownGraceSeconds: read.WORKER_SHUTDOWN_GRACE_SECONDS,
    metricsAddress: read.WORKER_TEMPORAL_METRICS_ADDRESS,
    grpcCompression: read.WORKER_TEMPORAL_COMPRESSION,
  };
}
