import type { Logger } from 'pino';
import { createRegistry } from '../platform/telemetry/registry.ts';
import type { RuntimeConfig } from './config.ts';
import { endOnSignals, saysEverything } from './lifecycle.ts';
import { composeProcess, type PlatformProcess } from './process.ts';
import { processName } from './roles.ts';

/** Runs the roles in this process. */
export async function runAlone(config: RuntimeConfig, logger: Logger): Promise<void> {
  let running: PlatformProcess | undefined;
  endOnSignals({ logger, running: () => running, withinMs: config.shutdown.totalMs });
  try {
    running = await composeProcess(config, logger, createRegistry({ service: processName(config) }));
    const urls = await running.start({ isKeeper: true });
    logger.info({ roles: config.roles, ...urls }, 'ready');
  } catch (error) {
    logger.fatal({ err: saysEverything(error) ? error.message : error }, 'could not start');
    process.exit(1);
  }
}
