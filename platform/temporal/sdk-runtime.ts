import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { toTemporalLogger } from './sdk-logger.ts';

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
