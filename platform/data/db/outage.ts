import type { Logger } from '../../telemetry/logger.ts';

export interface Outage {
  /** A connection could not be opened. */
  readonly failed: (error: Error) => void;
  /** A connection was opened. */
  readonly opened: () => void;
}

/** Tells once that no connection can be opened, and when one is opened again. The calls meanwhile are only warnings. */
export function createOutage(logger: Logger): Outage {
  let sinceMs: number | undefined;
  return {
    failed: (error) => {
      if (sinceMs !== undefined) return;
      sinceMs = performance.now();
      const why = error.message === '' && 'code' in error ? String(error.code) : error.message;
      logger.error({ err: why }, 'the database does not answer');
    },
    opened: () => {
      if (sinceMs === undefined) return;
      logger.info({ awayMs: Math.round(performance.now() - sinceMs) }, 'the database answers again');
      sinceMs = undefined;
    },
  };
}
