import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../data/db/database.ts';
import type { ChannelListener } from '../data/db/listen.ts';
import { sampledGauges } from '../telemetry/sampled-gauges.ts';
import { PublisherUnavailable, type EventPublisher, type OutgoingEvent } from './cloud-event.ts';
import { claimEvents, markFailed, markPublished, outboxStats, releaseEvents, type RetryRule } from './outbox-store.ts';
import type { OutboxTable } from './tables.ts';

export interface RelayDeps {
  readonly db: Database;
  readonly table: OutboxTable;
  readonly publisher: EventPublisher;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Calls `wake` when there may be an event to publish, so that it does not wait for the next poll. */
  readonly listen?: (wake: () => void) => ChannelListener;
}

export interface RelayOptions {
  readonly batchSize: number;
  /** Longer than a publish can take, and shorter than an outage that people notice. */
  readonly leaseSeconds: number;
  /** Pause between polls of an empty outbox. It grows from `min` to `max` while the outbox stays empty. */
  readonly idleMs: { readonly min: number; readonly max: number };
  /** Pause after a failure of the database or an outage of the publisher. It doubles from `min` to `max`. */
  readonly outageMs: { readonly min: number; readonly max: number };
  readonly retry: RetryRule;
}

export interface Relay {
  readonly start: () => void;
  /** Ends after the current batch. */
  readonly stop: () => Promise<void>;
}

export const relayDefaults: RelayOptions = {
  batchSize: 200,
  leaseSeconds: 20,
  idleMs: { min: 50, max: 1000 },
  outageMs: { min: 250, max: 5000 },
  retry: { maxAttempts: 12, pauseSeconds: 0.5, maxPauseSeconds: 300 },
};

/** Publishes each event of an outbox at least once, in order within an aggregate. Several relays may run at once. */
export function createRelay(deps: RelayDeps, options: Partial<RelayOptions> = {}): Relay {
  const settings = { ...relayDefaults, ...options };
  const metrics = relayMetrics(deps);
  const idle = createIdleWait();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let listener: ChannelListener | undefined;

  async function run(): Promise<void> {
    let idleMs = settings.idleMs.min;
    let outageMs = settings.outageMs.min;
    while (!stopping.signal.aborted) {
      try {
        idle.reset();
        const count = await relayOnce(deps, settings, metrics);
        outageMs = settings.outageMs.min;
        idleMs = count > 0 ? settings.idleMs.min : Math.min(idleMs * 1.5, settings.idleMs.max);
        if (count === 0) await idle.wait(idleMs);
      } catch (error) {
        deps.logger.warn({ err: error, retryInMs: outageMs }, 'the relay cannot publish events now; it will try again');
        await pause(outageMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        outageMs = Math.min(outageMs * 2, settings.outageMs.max);
      }
    }
  }

  return {
    start: () => {
      listener ??= deps.listen?.(idle.wake);
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      idle.wake();
      await Promise.all([running, listener?.stop()]);
    },
  };
}

/** A wait that `wake` ends early. A `wake` while nobody waits ends the next wait, unless `reset` comes before it. */
function createIdleWait() {
  let isWoken = false;
  let endWait: (() => void) | undefined;
  return {
    wake: (): void => {
      isWoken = true;
      endWait?.();
    },
    reset: (): void => {
      isWoken = false;
    },
    wait: async (ms: number): Promise<void> => {
      if (isWoken) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      endWait = resolve;
      await promise;
      endWait = undefined;
      clearTimeout(timer);
    },
  };
}

/** Returns how many events were claimed. */
async function relayOnce(deps: RelayDeps, options: RelayOptions, metrics: RelayMetrics): Promise<number> {
  const { db, table, publisher } = deps;
  const claimed = await claimEvents(db, table, options.batchSize, options.leaseSeconds);
  if (claimed.length === 0) return 0;
  try {
    await publisher.publish(claimed);
    await recordPublished(deps, claimed, metrics);
  } catch (error) {
    if (error instanceof PublisherUnavailable) {
      await releaseEvents(db, table, idsOf(claimed));
      throw error;
    }
    await publishOneByOne(deps, claimed, options, metrics);
  }
  return claimed.length;
}

/** One event has failed the batch. Publishes each event alone, so that the failure counts against that event only. */
async function publishOneByOne(
  deps: RelayDeps,
  events: readonly OutgoingEvent[],
  options: RelayOptions,
  metrics: RelayMetrics,
): Promise<void> {
  for (const [index, outgoing] of events.entries()) {
    try {
      await deps.publisher.publish([outgoing]);
    } catch (error) {
      if (error instanceof PublisherUnavailable) {
        await releaseEvents(deps.db, deps.table, idsOf(events.slice(index)));
        throw error;
      }
      await recordFailure(deps, outgoing, error, options, metrics);
      continue;
    }
    await recordPublished(deps, [outgoing], metrics);
  }
}

async function recordPublished(
  deps: RelayDeps,
  events: readonly OutgoingEvent[],
  metrics: RelayMetrics,
): Promise<void> {
  await markPublished(deps.db, deps.table, idsOf(events));
  for (const { event } of events) metrics.published.inc({ type: event.type });
}

async function recordFailure(
  deps: RelayDeps,
  { event }: OutgoingEvent,
  error: unknown,
  options: RelayOptions,
  metrics: RelayMetrics,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const dead = await markFailed(deps.db, deps.table, event.id, message, options.retry);
  metrics.failed.inc({ type: event.type });
  const about = { err: error, eventId: event.id, type: event.type };
  if (dead) deps.logger.error(about, 'the event is dead; it is not published until somebody replays it');
  else deps.logger.warn(about, 'the event was refused; it will be tried again');
}

function idsOf(events: readonly OutgoingEvent[]): string[] {
  return events.map(({ event }) => event.id);
}

type RelayMetrics = ReturnType<typeof relayMetrics>;

function relayMetrics({ db, table, registry, logger }: RelayDeps) {
  sampledGauges(
    registry,
    () => outboxStats(db, table),
    (error) => logger.debug({ err: error }, 'the outbox cannot be measured'),
    [
      {
        name: 'outbox_unpublished',
        help: 'Events not published yet, dead ones included',
        pick: (now) => now.unpublished,
      },
      { name: 'outbox_dead', help: 'Events that were given up and wait for a replay', pick: (now) => now.dead },
      {
        name: 'outbox_oldest_age_seconds',
        help: 'Age of the oldest event that waits, without dead ones',
        pick: (now) => now.oldestAgeSeconds,
      },
    ],
  );
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['type'], registers: [registry] });
  return {
    published: counter('events_published_total', 'Events published'),
    failed: counter('events_publish_failed_total', 'Attempts to publish that failed because of the event itself'),
  };
}
