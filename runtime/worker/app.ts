import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Activities } from '../../workflows/contract/checkout.ts';
import type { MaintenanceActivities } from '../../workflows/contract/audit.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { ensureAuditSchedule } from '../../audit/schedule.ts';
import { loadWorkflowBundle } from '../../workflows/bundle.ts';
import type { WorkerConfig } from './config.ts';
import { installRuntime } from '../../platform/temporal/sdk-runtime.ts';

export interface WorkerDeps {
  readonly logger: Logger;
  readonly temporal: Temporal;
  /** `createActivities(clients)`, and those of maintenance where the worker may read the books. */
  readonly activities: Activities & Partial<MaintenanceActivities>;
  readonly config: WorkerConfig;
  /** How often the audit is to run, 0 for never; left out, its schedule is left alone. */
  readonly auditEverySeconds?: number | undefined;
  /** How long a stop waits for steps in hand, and for those that don't heed their cancellation. Default the config's. */
  readonly stopMs?: { readonly grace: number; readonly force: number };
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** What a worker that isn't running yet is waited for: it has nothing in hand. */
const startingMs = 1_000;
/** Again and again, since a Temporal that was restored may have lost the schedule. */
const schedulePauseMs = 30_000;
const scheduleCallMs = 5_000;

/**
 * Hosts the workflows and their steps. Starting never fails because Temporal is away: it keeps trying, and `/ready`
 * says so. Its connection is lent to the clients of the same process, so that a checkout's first task needs no poll.
 */
export function buildWorker(deps: WorkerDeps): Service {
  const { logger, temporal, config } = deps;
  const stopping = new AbortController();
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;
  let takeBack = async (): Promise<void> => undefined;
  let schedule: Loop | undefined;

  async function run(): Promise<void> {
    await withWorker(deps, async (created, connection) => {
      if (stopping.signal.aborted) return;
      takeBack = temporal.lend(connection);
      worker = created;
      try {
        logger.info({ taskQueue: config.taskQueue, address: temporal.address }, 'worker runs');
        await created.run();
      } finally {
        // Closed under a call, it would drop that without a word.
        await takeBack();
        worker = undefined;
      }
    });
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
      running = keepRunning(run, stopping.signal, logger);
      schedule = keepSchedule(deps);
    },
    async stop() {
      stopping.abort();
      // It holds nothing; a call of it that is under way ends with the connection.
      void schedule?.stop();
      // Nothing started from now on may be handed to a worker that takes nothing more.
      void takeBack();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await (worker === undefined ? Promise.race([running, delay(startingMs, undefined, { ref: false })]) : running);
    },
  };
}

function keepSchedule({ temporal, config, auditEverySeconds: everySeconds, logger }: WorkerDeps): Loop | undefined {
  if (everySeconds === undefined) return undefined;
  const { taskQueue } = config;
  return startLoop({ name: 'schedule of the audit', pauseMs: schedulePauseMs, logger }, () =>
    temporal.call(scheduleCallMs, (client) => ensureAuditSchedule(client, { taskQueue, everySeconds })),
  );
}

async function withWorker(
  { temporal, activities, config, stopMs }: WorkerDeps,
  use: (worker: Worker, connection: NativeConnection) => Promise<void>,
): Promise<void> {
  const workflowBundle = await loadWorkflowBundle();
  const connection = await NativeConnection.connect({ address: temporal.address });
  try {
    const { namespace } = temporal;
    const options = { ...workerOptions(config, stopMs), connection, namespace, workflowBundle, activities };
    await use(await Worker.create(options), connection);
  } finally {
    await connection.close();
  }
}

/** Runs it again whenever it ends, at growing intervals while it ends at once. */
async function keepRunning(run: () => Promise<void>, stopping: AbortSignal, logger: Logger): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!stopping.aborted) {
    const startedMs = Date.now();
    try {
      await run();
    } catch (error) {
      logger.warn({ err: error, retryInMs: pauseMs }, 'worker could not run, trying again');
    }
    if (stopping.aborted) return;
    await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    pauseMs = Date.now() - startedMs > 60_000 ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
  }
}

/** Pollers follow the load: few while idle, enough in a spike. */
function workerOptions(config: WorkerConfig, stopMs: WorkerDeps['stopMs']) {
  const graceMs = stopMs?.grace ?? 1_000 * config.shutdownGraceSeconds;
  const pollers = { type: 'autoscaling', minimum: 2, initial: 10, maximum: 40 } as const;
  return {
    taskQueue: config.taskQueue,
    maxConcurrentActivityTaskExecutions: config.concurrentSteps,
    maxConcurrentLocalActivityExecutions: config.concurrentSteps,
    maxConcurrentWorkflowTaskExecutions: config.concurrentWorkflows,
    maxCachedWorkflows: config.cachedWorkflows,
    workflowTaskPollerBehavior: pollers,
    activityTaskPollerBehavior: pollers,
    shutdownGraceTime: graceMs,
    shutdownForceTime: stopMs?.force ?? graceMs + 5_000,
  };
}
