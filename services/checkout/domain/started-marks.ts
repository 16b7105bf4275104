import type { Logger } from 'pino';
import type { Orders } from '../ports.ts';

export interface StartedMarks {
  add(orderId: string): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

const maxBatch = 1000;

/**
 * Collects started orders and notes them in batches. Waiting a little costs nothing: by then most checkouts have ended
 * and need no note. A lost note costs the sweep one start that finds the workflow there.
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
      deps.logger.warn({ err: error, orders: batch.length }, 'started checkouts not noted; the sweep will find them');
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
