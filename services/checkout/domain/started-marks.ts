import type { Logger } from 'pino';
import type { Orders } from '../ports.ts';

export interface StartedMarks {
  add(orderId: string): void;
  /** Writes the marks that are left. */
  stop(): Promise<void>;
}

const maxBatch = 1000;

/**
 * Collects started orders and marks them in batches. After the delay most checkouts have ended and need no mark. If a
 * mark is lost, the sweep starts the order again and finds the workflow there (rule S4).
 */
export function createStartedMarks(
  deps: { readonly orders: Pick<Orders, 'markStarted'>; readonly logger: Logger },
  delayMs: number,
): StartedMarks {
  let collected: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = collected;
    collected = [];
    if (batch.length === 0) return;
    try {
      await deps.orders.markStarted(batch);
    } catch (error) {
      deps.logger.warn(
        { err: error, orders: batch.length },
        'could not mark checkouts as started; the sweep finds them again',
      );
    }
  };

  return {
    add: (orderId) => {
      collected.push(orderId);
      if (collected.length >= maxBatch) void flush();
      else timer ??= setTimeout(() => void flush(), delayMs);
    },
    stop: flush,
  };
}
