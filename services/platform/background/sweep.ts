import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Sweep {
  readonly start: () => void;
  /** Ends it after the round that is running; the round may look at its signal and end sooner. */
  readonly stop: () => Promise<void>;
}

/**
 * Does `round` at once and then every `everyMs`, counted from the end of the round before, so rounds never overlap. A
 * failed round is logged, and the next one comes as usual.
 */
export function createSweep(
  name: string,
  everyMs: number,
  logger: Logger,
  round: (signal: AbortSignal) => Promise<unknown>,
): Sweep {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await round(stopping.signal);
      } catch (error) {
        logger.warn({ err: error, sweep: name }, 'a sweep failed and will be repeated');
      }
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    start: () => {
      running ??= loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
