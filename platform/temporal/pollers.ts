import type { Temporal } from './connection.ts';

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
    const { pollers } = await temporal.call(callTimeoutMs, (client) =>
      // Without a type it is about workflow tasks.
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
    );
    const askedAtMs = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
    if (!askedAtMs.some((ms) => nowMs() - ms < freshMs)) throw new Error(`no worker asks for tasks of ${taskQueue}`);
  };
}
