import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** How long each stage of a stop may take, in milliseconds. */
export interface ShutdownPlan {
  /** From the signal to the end. What is still running then is ended by force. */
  readonly totalMs: number;
  /** The time in which the process is unready but still serves, so that load balancers can choose other replicas. */
  readonly unreadyMs: number;
  /** The time for calls in flight, after the listeners have closed. */
  readonly drainMs: number;
  /** The time for running steps of the worker, at the same time as the drain. Then they are cancelled. */
  readonly workerGraceMs: number;
  /** After this time the worker no longer waits for steps that ignore their cancellation. */
  readonly workerForceMs: number;
  /** The time after the drain, for background work and connections. */
  readonly closingMs: number;
}

export interface ShutdownWishes {
  readonly totalSeconds: number;
  readonly unreadySeconds: number;
  readonly drainSeconds: number;
  readonly workerGraceSeconds: number;
  /** A process without RPCs does not wait for load balancers. */
  readonly servesRpc: boolean;
}

const longestClosingMs = 4000;
const closingShare = 0.25;
const longestForceMs = 3000;

/** Divides the total time of a stop. Each stage gets what its setting asks for, but some time stays for `closingMs`. */
export function planShutdown(wishes: ShutdownWishes): ShutdownPlan {
  const totalMs = wishes.totalSeconds * 1000;
  const unreadyMs = wishes.servesRpc ? Math.min(wishes.unreadySeconds * 1000, totalMs / 2) : 0;
  const restMs = totalMs - unreadyMs;
  const closingMs = Math.min(longestClosingMs, restMs * closingShare);
  const workMs = restMs - closingMs;
  const workerForceMs = Math.min(wishes.workerGraceSeconds * 1000 + longestForceMs, workMs);
  return {
    totalMs,
    unreadyMs,
    drainMs: Math.min(wishes.drainSeconds * 1000, workMs),
    workerGraceMs: Math.min(wishes.workerGraceSeconds * 1000, workerForceMs * 0.75),
    workerForceMs,
    closingMs,
  };
}

/** One stage of a stop. It is given up early enough to leave `keepMs` of the total time to the later stages. */
export interface Stage {
  readonly name: string;
  readonly keepMs: number;
  readonly run: () => Promise<unknown>;
}

/** Some stages failed or took too long. All others have run. */
class StagesCut extends Error {
  override readonly name = 'StagesCut';
}

/**
 * Runs the stages one after the other within `totalMs`. A stage that fails or takes too long is given up, and the next
 * one runs. @throws StagesCut at the end, with the names of the stages that were given up
 */
export async function runStages(stages: readonly Stage[], totalMs: number, logger: Logger): Promise<void> {
  const deadline = performance.now() + totalMs;
  const cut: string[] = [];
  for (const { name, keepMs, run } of stages) {
    const startedAt = performance.now();
    try {
      await within(Math.max(0, deadline - keepMs - startedAt), run());
      logger.debug({ stage: name, tookMs: Math.round(performance.now() - startedAt) }, 'stopped a stage');
    } catch (error) {
      cut.push(name);
      logger.warn({ stage: name, err: error }, 'a stage of the stop failed or took too long, going on with the next');
    }
  }
  if (cut.length > 0) throw new StagesCut(`not stopped in order: ${cut.join(', ')}`);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`took longer than ${Math.round(ms)} ms`);
  });
  late.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
