import type { Logger } from 'pino';
import { causesOf } from './errors/causes.ts';

/** Tells of work that fails again and again, such as a loop whose database is away, without a line for each try. */
export interface FailureLog {
  /** Warns at once of a failure that differs from the last one. While it stays the same, warns once a minute. */
  readonly failed: (error: unknown, details?: Readonly<Record<string, unknown>>) => void;
  /** The work succeeded. Its first success after a failure is a line. */
  readonly worked: () => void;
}

export interface FailureLogOptions {
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** What the warning says, for example `the relay cannot publish events now; it will try again`. */
  readonly failure: string;
  /** What the line after the last failure says, for example `the relay publishes events again`. */
  readonly success: string;
  /** Milliseconds. */
  readonly now?: () => number;
}

const againMs = 60_000;

export function createFailureLog(options: FailureLogOptions): FailureLog {
  const { logger, failure, success, now = () => performance.now() } = options;
  let current: { readonly reason: string; toldAt: number; failures: number } | undefined;
  return {
    failed: (error, details = {}) => {
      const reason = reasonOf(error);
      const failures = (current?.failures ?? 0) + 1;
      if (current?.reason === reason && now() < current.toldAt + againMs) {
        current.failures = failures;
        return;
      }
      current = { reason, toldAt: now(), failures };
      logger.warn({ err: error, failures, ...details }, failure);
    },
    worked: () => {
      if (current === undefined) return;
      logger.info({ failures: current.failures }, success);
      current = undefined;
    },
  };
}

/** Of the first cause: an error around it may name values, which differ each time. So may a message beside a code. */
function reasonOf(error: unknown): string {
  const first = [...causesOf(error)].at(-1) ?? error;
  if (!(first instanceof Error)) return String(first);
  return 'code' in first ? String(first.code) : `${first.name} ${first.message}`;
}
