import { createLogger, type Logger } from '../platform/telemetry/logger.ts';
import type { RuntimeConfig } from './config.ts';
import { processName } from './roles.ts';

export interface Place {
  /** How many processes share the ports. */
  readonly processes: number;
  /** The number of this one; undefined for the parent, and for a process alone. */
  readonly number?: number;
}

export function createProcessLogger(config: Pick<RuntimeConfig, 'process' | 'roles'>, place: Place): Logger {
  const { logLevel: level, logPretty, production } = config.process;
  const pretty = logPretty ?? (!production && process.stdout.isTTY);
  const { processes, number } = place;
  return createLogger({ role: processName(config), number, sharesOutput: processes > 1, level, pretty });
}
