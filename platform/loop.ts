import type { Logger } from 'pino';
import { createFailureLog } from './failure-log.ts';
import { createWakeableWait } from './wake.ts';

export interface LoopOptions {
  /** For the log, for example `refund sweep`. */
  readonly name: string;
  /** Pause between the end of one run and the start of the next. */
  readonly pauseMs: number;
  /** The pause doubles after each failure in a row, up to this. Default `pauseMs`: it does not grow. */
  readonly maxPauseMs?: number;
  /** The longest pause after a run that found out when the next one is due. Default `pauseMs`. */
  readonly idleMs?: number;
  readonly logger: Logger;
}

/**
 * Does one run. If it returns in how many milliseconds the next run has something to do (`Infinity`: not that it knows),
 * the pause is that long, but at least `pauseMs` and at most `idleMs`.
 */
export type LoopJob = (signal: AbortSignal) => Promise<number | void>;

export interface Loop {
  /** There may be something to do: the next run starts after a pause of `pauseMs` at most. */
  readonly soon: () => void;
  /** Returns when the current run has ended. */
  readonly stop: () => Promise<void>;
}

/**
 * A job that works only if something is due: an idle loop then asks one question, and waits until its answer is due.
 * @param nextDueMs in how many milliseconds the next work is due; 0 or less if it is due now
 */
export function whenDue(nextDueMs: () => Promise<number>, work: (signal: AbortSignal) => Promise<unknown>): LoopJob {
  return async (signal) => {
    const dueMs = await nextDueMs();
    if (dueMs <= 0) await work(signal);
    return dueMs;
  };
}

/** Runs `job` at once and then repeatedly until stopped. A failure is logged, but not each time that it repeats, and the loop goes on. */
export function startLoop(options: LoopOptions, job: LoopJob): Loop {
  const { name, pauseMs, maxPauseMs = pauseMs, idleMs = pauseMs, logger } = options;
  const failures = createFailureLog({
    logger,
    failure: `${name} failed; it will run again`,
    success: `${name} runs again`,
  });
  const stopping = new AbortController();
  const rest = createWakeableWait();
  const idle = createWakeableWait();

  async function run(): Promise<void> {
    let pause = pauseMs;
    while (!stopping.signal.aborted) {
      idle.reset();
      let dueMs = 0;
      try {
        dueMs = (await job(stopping.signal)) ?? 0;
        pause = pauseMs;
        failures.worked();
      } catch (error) {
        pause = Math.min(pause * 2, maxPauseMs);
        failures.failed(error, { retryInMs: pause });
      }
      await rest.wait(pause);
      await idle.wait(Math.min(dueMs, idleMs) - pause);
    }
  }

  const ended = run();
  return {
    soon: idle.wake,
    stop: async () => {
      stopping.abort();
      rest.wake();
      idle.wake();
      await ended;
    },
  };
}
