import type { Logger } from '../../telemetry/logger.ts';
import type { ReadinessDeps } from './readiness.ts';

/** For this long after the start a dependency that does not answer yet is nothing to worry about, nor to read. */
const startingMs = 10_000;

/** Tells which dependencies fail and which are back. One that the process still waits for after its start is a warning. */
export function tellChanges(logger: Logger): ReadinessDeps['onChange'] {
  const startedAt = performance.now();
  const failing = new Set<string>();
  const told = new Set<string>();
  return (check, outcome) => {
    if (outcome === 'ok') {
      failing.delete(check);
      if (told.delete(check)) logger.info({ check }, 'a dependency is back');
      return;
    }
    failing.add(check);
    const warn = (): void => {
      if (!failing.has(check)) return;
      told.add(check);
      logger.warn({ check, outcome }, 'a dependency does not answer');
    };
    const leftMs = startedAt + startingMs - performance.now();
    if (leftMs <= 0) {
      warn();
      return;
    }
    logger.debug({ check, outcome }, 'waiting for a dependency');
    setTimeout(warn, leftMs).unref();
  };
}
