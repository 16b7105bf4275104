import { ConfigError } from '../platform/config/errors.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createRegistry } from '../platform/telemetry/registry.ts';
import { readRuntimeConfig } from './config.ts';
import { DatabaseNotReady } from './databases.ts';
import { endOnSignals } from './lifecycle.ts';
import { composeProcess, processName, type PlatformProcess } from './process.ts';
import { parseRoles, UsageError } from './roles.ts';

/** `node runtime/main.ts all` or `node runtime/main.ts <role>…`: runs one process with these roles. */
async function main(args: readonly string[]): Promise<void> {
  const roles = parseRoles(args);
  const config = readRuntimeConfig(process.env, roles);
  const name = processName(config);
  const { logLevel: level, logPretty, production } = config.process;
  const pretty = logPretty ?? (!production && process.stdout.isTTY);
  const logger = createLogger({ role: name, level, pretty });
  for (const warning of config.warnings) logger.warn(warning);
  let running: PlatformProcess | undefined;
  endOnSignals(logger, () => running, config.shutdown.totalMs);
  try {
    running = await composeProcess(config, logger, createRegistry({ service: name }));
    const urls = await running.start();
    logger.info({ roles, ...urls }, 'ready');
  } catch (error) {
    logger.fatal({ err: error instanceof DatabaseNotReady ? error.message : error }, 'could not start');
    process.exit(1);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
