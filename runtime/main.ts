import { ConfigError } from '../platform/config/errors.ts';
import { readRuntimeConfig } from './config.ts';
import { createProcessLogger } from './logger.ts';
import { processCount, thisMachine } from './processes/count.ts';
import { parseRoles, UsageError } from './roles.ts';

/**
 * `node runtime/main.ts all` or `node runtime/main.ts <role>…`: runs these roles, in this process or in several that it
 * starts (PROCESSES).
 */
async function main(args: readonly string[]): Promise<void> {
  const roles = parseRoles(args);
  const config = readRuntimeConfig(process.env, roles);
  const processes = processCount(config.process.processes, roles, thisMachine());
  const logger = createProcessLogger(config, { processes });
  for (const warning of config.warnings) logger.warn(warning);
  // Imported late: the parent of several processes does not load the services.
  if (processes === 1) await (await import('./alone.ts')).runAlone(config, logger);
  else await (await import('./together.ts')).runTogether(config, processes, logger);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
