import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Activities } from '../../workflows/contract.ts';
import type { Service } from '../platform/service.ts';
import type { Temporal } from '../platform/temporal/index.ts';
import { loadWorkflowBundle } from './bundle.ts';
import type { WorkerConfig } from './config.ts';
import { installRuntime } from './runtime.ts';

export interface WorkerDeps {
  readonly logger: Logger;
  readonly temporal: Temporal;
  /** `createActivities(clients)`. */
  readonly activities: Activities;
  readonly config: WorkerConfig;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Hosts the workflows and their steps. Starting never fails because Temporal is away: it keeps trying, and `/ready`
 * says so. Its connection is lent to the clients of the same process, so that a checkout's first task needs no poll.
 */
export function buildWorker({ logger, temporal, activities, config }: WorkerDeps): Service {
  const stopping = new AbortController();
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;

  async function runOnce(onRunning: () => void): Promise<void> {
    const workflowBundle = await loadWorkflowBundle();
    const connection = await NativeConnection.connect({ address: temporal.address });
    try {
      const current = await Worker.create({
        ...workerOptions(config),
        connection,
        namespace: temporal.namespace,
        workflowBundle,
        activities,
      });
      if (stopping.signal.aborted) return;
      const takeBack = temporal.lend(connection);
      worker = current;
      try {
        const run = current.run();
        onRunning();
        logger.info({ taskQueue: config.taskQueue, address: temporal.address }, 'worker runs');
        await run;
      } finally {
        takeBack();
        worker = undefined;
      }
    } finally {
      await connection.close();
    }
  }

  async function keepRunning(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      try {
        await runOnce(() => {
          pauseMs = FIRST_PAUSE_MS;
        });
      } catch (error) {
        logger.warn({ err: error, retryInMs: pauseMs }, 'worker could not run, trying again');
      }
      if (stopping.signal.aborted) return;
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  return {
    role: 'worker',
    checks: {
      temporal: () => temporal.check(),
      worker: async () => {
        const state = worker?.getState();
        if (state !== 'RUNNING') throw new Error(`the worker is ${state ?? 'not connected'}`);
      },
    },
    async start() {
      installRuntime(logger, config.metricsAddress);
      running = keepRunning();
    },
    async stop() {
      stopping.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}

/** Pollers follow the load: few while idle, enough in a spike. */
function workerOptions(config: WorkerConfig) {
  const pollers = { type: 'autoscaling', minimum: 1, initial: 4, maximum: 40 } as const;
  return {
    taskQueue: config.taskQueue,
    maxConcurrentActivityTaskExecutions: config.concurrentSteps,
    maxConcurrentLocalActivityExecutions: config.concurrentSteps,
    maxConcurrentWorkflowTaskExecutions: config.concurrentWorkflows,
    maxCachedWorkflows: config.cachedWorkflows,
    workflowTaskPollerBehavior: pollers,
    activityTaskPollerBehavior: pollers,
    shutdownGraceTime: 1_000 * config.shutdownGraceSeconds,
    shutdownForceTime: 1_000 * (config.shutdownGraceSeconds + 5),
  };
}
