import type { Logger } from 'pino';
import type { DatabaseHandle } from '../../../platform/data/db/database.ts';
import type { ChannelListener } from '../../../platform/data/db/listen.ts';
import { startLoop, type Loop } from '../../../platform/loop.ts';
import { createFailureLog } from '../../../platform/failure-log.ts';
import type { OrderChanges, Subscription } from '../ports.ts';
import { changesChannel, type OrderRepository } from '../repository/index.ts';

export interface OrderChangesDeps {
  readonly repository: Pick<OrderRepository, 'ended'>;
  readonly listen: DatabaseHandle['listen'];
  readonly logger: Logger;
  /** Pause between two queries for changes whose notification was lost. */
  readonly pollSeconds: number;
}

export interface OrderChangesFeed extends OrderChanges {
  readonly start: () => void;
  /** Ends all subscriptions. */
  readonly stop: () => Promise<void>;
}

interface Watcher {
  changed: boolean;
  ended: boolean;
  wake: (() => void) | undefined;
}

/**
 * Tells the watchers of this process about changed orders. Postgres notifies it at each commit. A slow poll for all
 * watched orders finds changes whose notification was lost. A waiting watcher costs the database nothing.
 */
export function createOrderChanges(deps: OrderChangesDeps): OrderChangesFeed {
  const watchers = new Map<string, Set<Watcher>>();
  const losses = createFailureLog({
    logger: deps.logger,
    failure: 'lost the connection that listens for changed orders; it will be opened again',
    success: 'changed orders are listened for again',
  });
  let listener: ChannelListener | undefined;
  let poll: Loop | undefined;

  const tell = (orderId: string): void => {
    for (const watcher of watchers.get(orderId) ?? []) {
      watcher.changed = true;
      watcher.wake?.();
    }
  };
  const look = async (): Promise<void> => {
    for (const orderId of await deps.repository.ended([...watchers.keys()])) tell(orderId);
  };
  const onLookFailed = (error: unknown) =>
    deps.logger.warn({ err: error }, 'could not look for changed orders; it will be tried again');

  return {
    subscribe: (orderId, signal) => subscribe(watchers, orderId, signal),
    start: () => {
      listener = deps.listen(changesChannel, {
        onMessage: tell,
        onListening: () => {
          losses.worked();
          void look().catch(onLookFailed);
        },
        onLost: losses.failed,
      });
      poll = startLoop(
        { name: 'look for changed orders', pauseMs: deps.pollSeconds * 1000, logger: deps.logger },
        look,
      );
    },
    stop: async () => {
      for (const set of watchers.values()) for (const watcher of set) end(watcher);
      await Promise.all([listener?.stop(), poll?.stop()]);
    },
  };
}

function end(watcher: Watcher): void {
  watcher.ended = true;
  watcher.wake?.();
}

function subscribe(watchers: Map<string, Set<Watcher>>, orderId: string, signal: AbortSignal): Subscription {
  const watcher: Watcher = { changed: false, ended: signal.aborted, wake: undefined };
  const onAbort = (): void => end(watcher);
  signal.addEventListener('abort', onAbort, { once: true });
  const ofOrder = watchers.get(orderId) ?? new Set();
  watchers.set(orderId, ofOrder.add(watcher));
  return {
    next: async () => {
      if (!watcher.changed && !watcher.ended) {
        await new Promise<void>((resolve) => {
          watcher.wake = resolve;
        });
      }
      watcher.changed = false;
      return !watcher.ended;
    },
    close: () => {
      signal.removeEventListener('abort', onAbort);
      ofOrder.delete(watcher);
      if (ofOrder.size === 0 && watchers.get(orderId) === ofOrder) watchers.delete(orderId);
    },
  };
}
