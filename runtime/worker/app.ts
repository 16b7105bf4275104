import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Activities, AttemptActivities } from '../../workflows/contract/checkout.ts';
import type { MaintenanceActivities } from '../../workflows/contract/audit.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { ensureAuditSchedule } from '../../audit/schedule.ts';
import { WorkflowCodeError } from '../../workflows/bundle-errors.ts';
import { loadWorkflowBundle } from '../../workflows/bundle.ts';
import type { WorkerConfig } from './config.ts';
import { subjectOf } from '../../activities/subject.ts';
import { activityInterceptors } from '../../platform/temporal/activity-interceptors.ts';
import { spanSinks } from '../../platform/temporal/workflow-spans.ts';
import { installRuntime } from '../../platform/temporal/sdk-runtime.ts';
import type { ProcessRegistry } from '../../platform/telemetry/registry.ts';
import { installMeasuredRuntime } from './sdk-metrics.ts';

export interface WorkerDeps {
  readonly logger: Logger;
  readonly temporal: Temporal;
  /** `createActivities(clients)`, and the activities of the audit if the worker may read the books. */
  readonly activities: Activities & AttemptActivities & Partial<MaintenanceActivities>;
  readonly config: WorkerConfig;
  /** Gets the metrics of Temporal's SDK. Without it they are not kept. */
  readonly registry?: ProcessRegistry;
  /** Seconds between two audits; 0 for no audits. If undefined, the schedule of the audit is not changed. */
  readonly auditEverySeconds?: number | undefined;
  /**
   * How long a stop waits for running steps, and for steps that ignore their cancellation. Default: from the config.
   */
  readonly stopMs?: { readonly grace: number; readonly force: number };
  /** Gets the code of the workflows. Default: `loadWorkflowBundle`. */
  readonly loadBundle?: () => Promise<WorkflowBundleWithSourceMap>;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** How long a stop waits for a worker that is still starting. It has no running steps yet. */
const startingMs = 1_000;
/** The schedule is checked repeatedly, because a Temporal that was restored may have lost it. */
const schedulePauseMs = 30_000;
const scheduleCallMs = 5_000;
/**
 * After a worker has stopped, another one takes over its workflows in this time (the SDK's default is 10 s). It is below the
 * 5 s in which a workflow must take a cancel in.
 */
const stickyTimeoutMs = 2_000;

/**
 * Hosts the workflows and their activities. If Temporal is down at the start, the worker keeps trying and is not ready.
 * The clients of the same process use its connection, so that Temporal can hand it the first task of a checkout with
 * the start (eager start).
 */
export function buildWorker(deps: WorkerDeps): Service {
  const { logger, temporal, config, loadBundle = loadWorkflowBundle } = deps;
  const stopping = new AbortController();
  /** What the start has loaded, for the first worker. Later ones load it again. */
  let loaded: WorkflowBundleWithSourceMap | undefined;
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;
  let takeBack = async (): Promise<void> => undefined;
  let schedule: Loop | undefined;

  async function run(): Promise<void> {
    const bundle = loaded ?? (await loadBundle());
    loaded = undefined;
    await withWorker(deps, bundle, async (created, connection) => {
      if (stopping.signal.aborted) return;
      takeBack = temporal.lend(connection);
      worker = created;
      try {
        logger.info({ taskQueue: config.taskQueue, address: temporal.address }, 'worker runs');
        await created.run();
      } finally {
        // Calls may still use the connection. If it were closed now, they would never get an answer.
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
      // Errors of the code do not go away, so the process ends with them. Temporal is not needed to find them.
      loaded = await unlessItFails(loadBundle);
      if (deps.registry === undefined || config.metricsAddress === 'off') installRuntime(logger);
      else await installMeasuredRuntime(logger, deps.registry, config.metricsAddress);
      running = keepRunning(run, stopping.signal, logger);
    },
    startUpkeep() {
      schedule = keepSchedule(deps);
    },
    async stop() {
      stopping.abort();
      // Not awaited: the loop has nothing to finish, and a call of it ends with the connection.
      void schedule?.stop();
      // Taken back first, because this worker no longer accepts tasks of workflows that are started from now on.
      void takeBack();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await (worker === undefined ? Promise.race([running, delay(startingMs, undefined, { ref: false })]) : running);
    },
  };
}

/** @throws WorkflowCodeError. After any other failure, which may pass, the answer is undefined: the worker tries again. */
async function unlessItFails<Bundle>(load: () => Promise<Bundle>): Promise<Bundle | undefined> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof WorkflowCodeError) throw error;
    return undefined;
  }
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
  workflowBundle: WorkflowBundleWithSourceMap,
  use: (worker: Worker, connection: NativeConnection) => Promise<void>,
): Promise<void> {
  const connection = await NativeConnection.connect({
    address: temporal.address,
    grpcCompression: { codec: config.grpcCompression },
  });
  try {
    const { namespace } = temporal;
    const interceptors = { activity: activityInterceptors(subjectOf) };
    const own = { connection, namespace, workflowBundle, activities, interceptors, sinks: spanSinks };
    const options = { ...workerOptions(config, stopMs), ...own };
    await use(await Worker.create(options), connection);
  } finally {
    await connection.close();
  }
}

/** Runs the worker again whenever it ends. The pauses grow as long as it ends within a minute. */
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

/** The options of Temporal's SDK. The number of pollers follows the load: few when idle, many in a spike. */
function workerOptions(config: WorkerConfig, stopMs: WorkerDeps['stopMs']) {
  const graceMs = stopMs?.grace ?? 1_000 * config.shutdownGraceSeconds;
  const pollers = { type: 'autoscaling', minimum: 2, initial: 10, maximum: 40 } as const;
  return {
    taskQueue: config.taskQueue,
    maxConcurrentActivityTaskExecutions: config.concurrentSteps,
    maxConcurrentLocalActivityExecutions: config.concurrentSteps,
    maxConcurrentWorkflowTaskExecutions: config.concurrentWorkflows,
    maxCachedWorkflows: config.cachedWorkflows,
    stickyQueueScheduleToStartTimeout: stickyTimeoutMs,
    workflowTaskPollerBehavior: pollers,
    activityTaskPollerBehavior: pollers,
    shutdownGraceTime: graceMs,
    shutdownForceTime: stopMs?.force ?? graceMs + 5_000,
  };
}
