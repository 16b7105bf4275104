import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** The one budget of a stop, shared out. All in milliseconds. */
export interface ShutdownPlan {
  /** From the signal to the end; what still runs then is ended by force. */
  readonly totalMs: number;
  /** Unready but serving, so that no balancer is taken by surprise. */
  readonly unreadyMs: number;
  /** For calls in flight, once the listeners take no more. */
  readonly drainMs: number;
  /** For the worker's steps in hand, beside the drain; then they are cancelled. */
  readonly workerGraceMs: number;
  /** When the worker gives up on steps that don't heed that. */
  readonly workerForceMs: number;
  /** What is left after the drain, for background work and connections. */
  readonly closingMs: number;
}

export interface ShutdownWishes {
  readonly totalSeconds: number;
  readonly unreadySeconds: number;
  readonly drainSeconds: number;
  readonly workerGraceSeconds: number;
  /** Nobody balances calls to a process that serves none. */
  readonly servesRpc: boolean;
}

const longestClosingMs = 4000;
const closingShare = 0.25;
const longestForceMs = 3000;

/** Gives each stage what is wished for, as far as the whole allows: background work and connections keep their part. */
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

/** One stage of a stop; `keepMs` of the budget are left for those behind it, whatever it does. */
export interface Stage {
  readonly name: string;
  readonly keepMs: number;
  readonly run: () => Promise<unknown>;
}

/** Stages that failed or had to be left behind; the others ran all the same. */
class StagesCut extends Error {
  override readonly name = 'StagesCut';
}

/**
 * Runs the stages one after another within the budget. One that fails or takes too long is left behind, so that those
 * after it still have their turn. @throws StagesCut that names those, at the end
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
      logger.warn({ stage: name, err: error }, 'a stage of the stop was left behind');
    }
  }
  if (cut.length > 0) throw new StagesCut(`not stopped in order: ${cut.join(', ')}`);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it took longer than ${Math.round(ms)} ms`);
  });
  late.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
