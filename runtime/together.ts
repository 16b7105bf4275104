import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RuntimeConfig } from './config.ts';
import { endOnSignals } from './lifecycle.ts';
import { ChildNotStarted } from './processes/children.ts';
import { createParent } from './processes/parent.ts';

const child = join(import.meta.dirname, 'processes/child.ts');
/** The processes themselves end after the whole time at the latest. */
const marginMs = 300;

/** Runs the roles in several processes that share the ports. This process is their parent and serves no call. */
export async function runTogether(config: RuntimeConfig, processes: number, logger: Logger): Promise<void> {
  const { roles, shutdown } = config;
  const parent = createParent({
    command: (number) => [child, `${number}/${processes}`, ...roles],
    count: processes,
    logger,
  });
  endOnSignals({
    logger,
    running: () => parent,
    withinMs: shutdown.totalMs + marginMs,
    beforeEndAtOnce: parent.kill,
  });
  try {
    const urls = await parent.start();
    logger.info({ roles, processes, ...urls }, 'ready');
  } catch (error) {
    parent.kill();
    logger.fatal({ err: error instanceof ChildNotStarted ? error.fields : error }, 'could not start');
    process.exit(1);
  }
}
