import type { Logger } from 'pino';
import type { PlatformProcess } from './process.ts';

/**
 * Stops the process in order on SIGTERM or SIGINT, and at once on a second signal. An error that nobody caught ends it
 * at once with status 1, because the state of the process is then unknown.
 * @param running the process to stop; undefined while it is still starting
 * @param withinMs after this time the process exits with status 1, even if something is still running
 */
export function endOnSignals(logger: Logger, running: () => PlatformProcess | undefined, withinMs: number): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) {
      logger.warn({ signal }, 'a second signal came: ending at once');
      process.exit(1);
    }
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('the stop takes too long: ending at once, although something is still running');
      process.exit(1);
    }, withinMs).unref();
    try {
      await running()?.stop();
      logger.info('stopped');
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'stopped, but not everything stopped in order');
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'ending because of an error that no code caught');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}
