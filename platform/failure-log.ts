import type { Logger } from 'pino';
import { causesOf } from './errors/causes.ts';

/** Tells of work that fails again and again, such as a loop whose database is away, without a line for each try. */
export interface FailureLog {
  /** Warns at once, but of the same failure only once a minute, also if the work succeeds now and then. */
  readonly failed: (error: unknown, details?: Readonly<Record<string, unknown>>) => void;
  /** The work succeeded. Its first success after a warning is a line. */
  readonly worked: () => void;
}

export interface FailureLogOptions {
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** What the warning says, for example `the relay cannot publish events now; it will try again`. */
  readonly failure: string;
  /** What the line after the last failure says, for example `the relay publishes events again`. */
  readonly success: string;
  /**
   * Milliseconds without a failure before a success is told. Default 0. Where much work goes on at once, a success among
   * failures proves nothing.
   */
  readonly calmMs?: number;
  /** Milliseconds. */
  readonly now?: () => number;
}

const againMs = 60_000;

export function createFailureLog(options: FailureLogOptions): FailureLog {
  const { logger, failure, success, calmMs = 0, now = () => performance.now() } = options;
  /** When each failure of the last minute was told. */
  const toldAt = new Map<string, number>();
  /** Since the last success that was told. */
  let failures = 0;
  let failedAt = -Infinity;
  let isWarned = false;
  return {
    failed: (error, details = {}) => {
      failures += 1;
      failedAt = now();
      for (const [reason, at] of toldAt) if (failedAt >= at + againMs) toldAt.delete(reason);
      const reason = reasonOf(error);
      if (toldAt.has(reason)) return;
      toldAt.set(reason, failedAt);
      isWarned = true;
      logger.warn({ err: error, failures, ...details }, failure);
    },
    worked: () => {
      if (failures === 0 || now() < failedAt + (isWarned ? calmMs : againMs)) return;
      if (isWarned) logger.info({ failures }, success);
      failures = 0;
      isWarned = false;
    },
  };
}

/** Of the first cause: an error around it may name values, which differ each time. So may a message beside a code. */
function reasonOf(error: unknown): string {
  const first = [...causesOf(error)].at(-1) ?? error;
  if (!(first instanceof Error)) return String(first);
  return 'code' in first ? String(first.code) : `${first.name} ${first.message}`;
}
