import type { WorkflowService } from '@temporalio/client';
import type { Temporal } from './connection.ts';

/** A worker that asks a task queue for work. */
export interface Poller {
  /** Of a worker of this platform: `<process id>@<machine>`. */
  readonly identity: string;
  readonly polledAt: Date;
}

/** Asks Temporal who has lately asked a queue for workflow tasks. */
export async function pollersOf(
  { workflowService }: { readonly workflowService: WorkflowService },
  namespace: string,
  taskQueue: string,
): Promise<readonly Poller[]> {
  // Without a type it is about workflow tasks.
  const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } });
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    polledAt: new Date(Number(lastAccessTime?.seconds ?? 0) * 1000),
  }));
}

const callTimeoutMs = 1_500;
/** A worker asks again after a minute at most, and Temporal remembers it for five. */
const freshMs = 75_000;

/**
 * Makes a check that throws unless a worker has asked for tasks of a queue within the last minute. A worker that was
 * killed is noticed that much later; one that stops in order is noticed at once.
 */
export function createWorkerCheck(
  temporal: Pick<Temporal, 'call' | 'namespace'>,
  taskQueue: string,
  nowMs: () => number = Date.now,
): () => Promise<void> {
  const { namespace } = temporal;
  return async () => {
    const pollers = await temporal.call(callTimeoutMs, (client) => pollersOf(client, namespace, taskQueue));
    if (!pollers.some(({ polledAt }) => nowMs() - polledAt.getTime() < freshMs))
      throw new Error(`no worker asks for tasks of ${taskQueue}`);
  };
}
