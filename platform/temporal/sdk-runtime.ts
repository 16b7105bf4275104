import { LogTimestamp, Runtime } from '@temporalio/worker';
import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from 'pino';
import { loggedAt } from '../telemetry/logger.ts';

let installed = false;

/** Where the SDK serves its own metrics. */
export interface SdkMetrics {
  /** `host:port`. */
  readonly address: string;
  /** Labels of each sample. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Sends the SDK's logs to the process's logger and leaves signals to the process. The SDK has one runtime for a
 * process, which must be made before the first connection. A second call changes nothing.
 * @returns whether this call has made it
 * @throws Error if the address is not free
 */
export function installRuntime(logger: Logger, metrics?: SdkMetrics): boolean {
  if (installed) return false;
  Runtime.install({
    logger: toTemporalLogger(logger.child({ part: 'temporal' })),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metrics === undefined ? {} : { metrics: exported(metrics) }),
    },
  });
  installed = true;
  return true;
}

function exported({ address, labels }: SdkMetrics) {
  return { globalTags: { ...labels }, prometheus: { bindAddress: address } };
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK holds lines back for a moment. Each of them has the time at which it was made, in nanoseconds. */
function timeOf(meta: LogMetadata | undefined): Date | undefined {
  const nanos: unknown = meta?.[LogTimestamp];
  return typeof nanos === 'bigint' ? new Date(Number(nanos / 1_000_000n)) : undefined;
}

export function toTemporalLogger(logger: Logger): TemporalLogger {
  const log = (level: LogLevel, message: string, meta?: LogMetadata) => {
    const { error, ...rest } = meta ?? {};
    const fields = error === undefined ? rest : { ...rest, err: error };
    loggedAt(timeOf(meta), () => logger[levels[level]](fields, message));
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    // The worker logs each of its states as `info`, which an operator does not need. What workflows tell is ours.
    info: (message, meta) => log(meta?.['sdkComponent'] === 'workflow' ? 'INFO' : 'DEBUG', message, meta),
    // Our activities tell of their failures themselves, with the ids of the request.
    warn: (message, meta) => log(message === 'Activity failed' ? 'DEBUG' : 'WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}
