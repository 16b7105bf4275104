import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Sweep {
  readonly start: () => void;
  /** Ends it after the round that is running. */
  readonly stop: () => Promise<void>;
}

/**
 * Does `round` every `everyMs`, again at once as long as it says that more is waiting. A failed round is logged and
 * the next one comes as usual.
 */
export function createSweep(name: string, everyMs: number, logger: Logger, round: () => Promise<boolean>): Sweep {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await round().catch((error: unknown) => {
        logger.warn({ err: error, sweep: name }, 'a sweep failed and will be repeated');
        return false;
      });
      if (!more) await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    start: () => {
      running = loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
