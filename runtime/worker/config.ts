import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';
import { checkoutTaskQueue } from '../../workflows/contract/checkout.ts';

export const workerFormerNames: FormerNames = {};

const schema = z.object({
  TEMPORAL_TASK_QUEUE: z.string().min(1).default(checkoutTaskQueue),
  WORKER_CONCURRENT_STEPS: z.coerce.number().int().min(4).max(2_000).default(100),
  WORKER_CONCURRENT_WORKFLOWS: z.coerce.number().int().min(2).max(1_000).default(40),
  WORKER_CACHED_WORKFLOWS: z.coerce.number().int().min(2).max(10_000).default(300),
  WORKER_SHUTDOWN_GRACE_SECONDS: z.coerce.number().int().min(1).max(300).default(8),
  WORKER_TEMPORAL_METRICS_ADDRESS: z.string().optional(),
});

export interface WorkerConfig {
  readonly taskQueue: string;
  /** Activities at once, and as many local ones. */
  readonly concurrentSteps: number;
  /** Workflow tasks at once. */
  readonly concurrentWorkflows: number;
  /** Open workflows kept in memory between tasks; others are replayed. */
  readonly cachedWorkflows: number;
  /** How long steps under way may take once the worker stops. */
  readonly shutdownGraceSeconds: number;
  /** `host:port` on which the SDK serves its own metrics to Prometheus; not served if undefined. */
  readonly metricsAddress: string | undefined;
}

/** Throws ZodError that lists every setting that is wrong. */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const read = schema.parse(env);
  return {
    taskQueue: read.TEMPORAL_TASK_QUEUE,
    concurrentSteps: read.WORKER_CONCURRENT_STEPS,
    concurrentWorkflows: read.WORKER_CONCURRENT_WORKFLOWS,
    cachedWorkflows: read.WORKER_CACHED_WORKFLOWS,
    shutdownGraceSeconds: read.WORKER_SHUTDOWN_GRACE_SECONDS,
    metricsAddress: read.WORKER_TEMPORAL_METRICS_ADDRESS,
  };
}
