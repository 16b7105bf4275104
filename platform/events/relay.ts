import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../data/db/database.ts';
import type { Listener } from '../data/db/listen.ts';
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
  /** Calls `wake` when there may be something to publish, so that it needn't wait for the next look. */
  readonly listen?: (wake: () => void) => Listener;
}

export interface RelayOptions {
  readonly batchSize: number;
  /** Longer than a publish can take, shorter than an outage people notice. */
  readonly leaseSeconds: number;
  /** The pause between looks at an empty outbox: from the first to the last, growing while it stays empty. */
  readonly idleMs: { readonly min: number; readonly max: number };
  /** The pause after a look that could not be had, or a closed way out; doubles up to `max`. */
  readonly outageMs: { readonly min: number; readonly max: number };
  readonly retry: RetryRule;
}

export interface Relay {
  readonly start: () => void;
  /** Ends after the batch in hand. */
  readonly stop: () => Promise<void>;
}

export const relayDefaults: RelayOptions = {
  batchSize: 200,
  leaseSeconds: 20,
  idleMs: { min: 50, max: 1000 },
  outageMs: { min: 250, max: 5000 },
  retry: { maxAttempts: 12, pauseSeconds: 0.5, maxPauseSeconds: 300 },
};

/** Publishes the events of one outbox, at least once each, in order within an aggregate. Any number may run at once. */
export function createRelay(deps: RelayDeps, options: Partial<RelayOptions> = {}): Relay {
  const settings = { ...relayDefaults, ...options };
  const metrics = relayMetrics(deps);
  const bell = createBell();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let listener: Listener | undefined;

  async function run(): Promise<void> {
    let idleMs = settings.idleMs.min;
    let outageMs = settings.outageMs.min;
    while (!stopping.signal.aborted) {
      try {
        bell.silence();
        const count = await relayOnce(deps, settings, metrics);
        outageMs = settings.outageMs.min;
        idleMs = count > 0 ? settings.idleMs.min : Math.min(idleMs * 1.5, settings.idleMs.max);
        if (count === 0) await bell.wait(idleMs);
      } catch (error) {
        deps.logger.warn({ err: error, retryInMs: outageMs }, 'events can not be relayed now');
        await pause(outageMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        outageMs = Math.min(outageMs * 2, settings.outageMs.max);
      }
    }
  }

  return {
    start: () => {
      listener ??= deps.listen?.(bell.ring);
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      bell.ring();
      await Promise.all([running, listener?.stop()]);
    },
  };
}

/** Ends a wait early; a ring that nobody waited for ends the next one, unless it was silenced. */
function createBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring: (): void => {
      rung = true;
      wake?.();
    },
    silence: (): void => {
      rung = false;
    },
    wait: async (ms: number): Promise<void> => {
      if (rung) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      wake = resolve;
      await promise;
      wake = undefined;
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
    await settle(deps, claimed, metrics);
  } catch (error) {
    if (error instanceof PublisherUnavailable) {
      await releaseEvents(db, table, idsOf(claimed));
      throw error;
    }
    await publishOneByOne(deps, claimed, options, metrics);
  }
  return claimed.length;
}

/** One of the events spoils the batch: find out which, so that it alone is blamed. */
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
      await blame(deps, outgoing, error, options, metrics);
      continue;
    }
    await settle(deps, [outgoing], metrics);
  }
}

async function settle(deps: RelayDeps, events: readonly OutgoingEvent[], metrics: RelayMetrics): Promise<void> {
  await markPublished(deps.db, deps.table, idsOf(events));
  for (const { event } of events) metrics.published.inc({ type: event.type });
}

async function blame(
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
  if (dead) deps.logger.error(about, 'event is dead: it will not be sent until somebody replays it');
  else deps.logger.warn(about, 'event was refused, will try again');
}

function idsOf(events: readonly OutgoingEvent[]): string[] {
  return events.map(({ event }) => event.id);
}

type RelayMetrics = ReturnType<typeof relayMetrics>;

function relayMetrics({ db, table, registry, logger }: RelayDeps) {
  sampledGauges(
    registry,
    () => outboxStats(db, table),
    (error) => logger.debug({ err: error }, 'the outbox can not be measured'),
    [
      {
        name: 'outbox_unpublished',
        help: 'Events not published yet, dead ones included',
        pick: (now) => now.unpublished,
      },
      { name: 'outbox_dead', help: 'Events given up, waiting for a replay', pick: (now) => now.dead },
      {
        name: 'outbox_oldest_age_seconds',
        help: 'Age of the oldest event that waits, dead ones aside',
        pick: (now) => now.oldestAgeSeconds,
      },
    ],
  );
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['type'], registers: [registry] });
  return {
    published: counter('events_published_total', 'Events published'),
    failed: counter('events_publish_failed_total', 'Attempts to publish that failed by fault of the event itself'),
  };
}
