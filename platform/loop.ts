import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /** For the log, for example `refund sweep`. */
  readonly name: string;
  /** Between the end of one run and the start of the next. */
  readonly pauseMs: number;
  /** The pause doubles with each failure in a row, up to this. Default: it stays as it is. */
  readonly maxPauseMs?: number;
  readonly logger: Logger;
}

export interface Loop {
  /** Returns once the run in hand has ended. */
  readonly stop: () => Promise<void>;
}

/** Runs `job` at once and then again and again until stopped; a failure is logged and ends nothing. */
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
