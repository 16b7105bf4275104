import type { Logger } from 'pino';

/** Something that runs until it is stopped: the services of this process, or all processes of a parent. */
interface Stoppable {
  readonly stop: () => Promise<void>;
}

export interface EndOptions {
  readonly logger: Logger;
  /** What is to be stopped; undefined while it is still starting. */
  readonly running: () => Stoppable | undefined;
  /** After this time the process exits with status 1, even if something is still running. */
  readonly withinMs: number;
  /** Called before an end at once. */
  readonly beforeEndAtOnce?: () => void;
}

/**
 * Stops the process in order on SIGTERM or SIGINT, and at once on a second signal. An error that nobody caught ends it
 * at once with status 1, because the state of the process is then unknown.
 */
export function endOnSignals(options: EndOptions): void {
  const { logger } = options;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) {
      logger.warn({ signal }, 'a second signal came: ending at once');
      endAtOnce(options);
    }
    stopping = true;
    logger.info({ signal }, 'stopping');
    void endInOrder(options);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  endOnUncaught(logger);
}

const told = new Set(['DatabaseNotReady', 'PortNotOpened']);

/** Why a process could not start, in one sentence for its operator, who needs no stack. */
export function saysEverything(error: unknown): error is Error {
  return error instanceof Error && told.has(error.name);
}

/** Stops in order and exits: with status 0 if everything stopped in order and in time, else with 1. */
export async function endInOrder(options: EndOptions): Promise<void> {
  const { logger, running, withinMs } = options;
  setTimeout(() => {
    logger.error('the stop takes too long: ending at once, although something is still running');
    endAtOnce(options);
  }, withinMs).unref();
  try {
    await running()?.stop();
    logger.info('stopped');
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, 'stopped, but not everything stopped in order');
    process.exit(1);
  }
}

export function endOnUncaught(logger: Logger): void {
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'ending because of an error that no code caught');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

function endAtOnce({ beforeEndAtOnce }: EndOptions): void {
  beforeEndAtOnce?.();
  process.exit(1);
}
