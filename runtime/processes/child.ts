/**
 * One of several processes that share the ports: `child.ts <number>/<processes> <role>…`. Its parent, `main.ts`, starts
 * it and gives it connections. It stops when the parent asks, and when the parent has ended.
 */
import { createRegistry } from '../../platform/telemetry/registry.ts';
import { errorFields } from '../../platform/telemetry/error-fields.ts';
import { readRuntimeConfig } from '../config.ts';
import { endInOrder, endOnUncaught, saysEverything } from '../lifecycle.ts';
import { createProcessLogger } from '../logger.ts';
import type { PlatformProcess } from '../process.ts';
import { parseRoles, processName } from '../roles.ts';
import { SharedLimiter } from './limits.ts';
import { openLink } from './link.ts';
import { joinMetrics } from './metrics.ts';

async function main([place = '', ...args]: readonly string[]): Promise<void> {
  const [number = 1, processes = 1] = place.split('/').map(Number);
  const roles = parseRoles(args);
  const config = readRuntimeConfig(process.env, roles);
  const logger = createProcessLogger(config, { processes, number });
  const registry = createRegistry({ service: processName(config), number });
  let running: PlatformProcess | undefined;
  let stopping = false;

  // A terminal sends its signal to every process of the group, and the parent sends another one. Only the first counts.
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    link.send({ type: 'stopping' });
    void endInOrder({ logger, running: () => running, withinMs: config.shutdown.totalMs });
  };
  const link = openLink({
    onKeep: () => running?.startUpkeep(),
    metrics: () => registry.metrics(),
    onParentGone: stop,
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  endOnUncaught(logger);

  try {
    // Imported here, so that the parent also tells why a service cannot be loaded.
    const { composeProcess } = await import('../process.ts');
    running = await composeProcess(config, logger, registry, {
      number,
      processes,
      connections: { http: link.connections('http'), grpc: link.connections('grpc') },
      metrics: async () => joinMetrics(await link.metricsOfAll()),
      siblings: link.siblings,
      startChecks: link.startChecks,
      memoryLimiter: (limit) => new SharedLimiter(limit, link.callLimiter),
    });
    link.send({ type: 'ready', urls: await running.start({ isKeeper: false }) });
  } catch (error) {
    // The parent tells why, once for all processes.
    const err = error instanceof Error && !saysEverything(error) ? errorFields(error) : textOf(error);
    await link.sendLast({ type: 'failed', err });
    process.exit(1);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main(process.argv.slice(2));
