import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /** For the log, for example `refund sweep`. */
  readonly name: string;
  /** Pause between the end of one run and the start of the next. */
  readonly pauseMs: number;
  /** The pause doubles after each failure in a row, up to this. Default `pauseMs`: it does not grow. */
  readonly maxPauseMs?: number;
  readonly logger: Logger;
}

export interface Loop {
  /** Returns when the current run has ended. */
  readonly stop: () => Promise<void>;
}

/** Runs `job` at once and then repeatedly until stopped. A failure is logged, and the loop goes on. */
export function startLoop(options: LoopOptions, job: (signal: AbortSignal) => Promise<void>): Loop {
  const stopping = new AbortController();
  const ended = run(options, job, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function run(
  { name, pauseMs, maxPauseMs = pauseMs, logger }: LoopOptions,
  job: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let pause = pauseMs;
  while (!signal.aborted) {
    try {
      await job(signal);
      pause = pauseMs;
    } catch (error) {
      pause = Math.min(pause * 2, maxPauseMs);
      logger.warn({ err: error, retryInMs: pause }, `${name} failed; it will run again`);
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
