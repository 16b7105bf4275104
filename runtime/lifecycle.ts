import type { Logger } from 'pino';
import type { PlatformProcess } from './process.ts';

/**
 * Ends the process in order when it is told to (SIGTERM, SIGINT), at once when it is told again, and with status 1 when
 * something was thrown that nobody caught, since nobody knows what state that left.
 * @param running undefined until there is something to stop
 * @param withinMs what still runs by then is ended by force, with status 1
 */
export function endOnSignals(logger: Logger, running: () => PlatformProcess | undefined, withinMs: number): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) {
      logger.warn({ signal }, 'told again to stop: stopping at once');
      process.exit(1);
    }
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('could not stop in time: something still runs');
      process.exit(1);
    }, withinMs).unref();
    try {
      await running()?.stop();
      logger.info('stopped');
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'stopped with a failure');
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'an error that nobody caught');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}
