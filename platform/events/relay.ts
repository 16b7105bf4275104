import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../data/db/database.ts';
import type { ChannelListener, ListenHandlers } from '../data/db/listen.ts';
import { createFailureLog } from '../failure-log.ts';
import { sampledGauges } from '../telemetry/sampled-gauges.ts';
import { createWakeableWait } from '../wake.ts';
import {
  forEvent,
  PublisherUnavailable,
  type EventPublisher,
  type OutgoingEvent,
  type SubjectOf,
} from './cloud-event.ts';
import { claimEvents, markFailed, markPublished, outboxStats, releaseEvents, type RetryRule } from './outbox-store.ts';
import { recordedPublisher } from './spans.ts';
import type { OutboxTable } from './tables.ts';

export interface RelayDeps {
  readonly db: Database;
  readonly table: OutboxTable;
  readonly publisher: EventPublisher;
  /** The types of the outbox's events, which are counted from 0 on. */
  readonly types?: readonly string[];
  /** What an event is about, for the log. */
  readonly subjectOf?: SubjectOf;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Listens to the channel that is notified of new events, so that they do not wait for the next poll. */
  readonly listen?: (handlers: ListenHandlers) => ChannelListener;
}

export interface RelayOptions {
  readonly batchSize: number;
  /** Longer than a publish can take, and shorter than an outage that people notice. */
  readonly leaseSeconds: number;
  /** Least time between the starts of two rounds, so that in a busy time a round publishes several events. */
  readonly roundMs: number;
  /**
   * Pause between polls while events wait that are not due, or while nobody tells of new ones. It grows from `min` to
   * `max` while the polls find nothing.
   */
  readonly idleMs: { readonly min: number; readonly max: number };
  /** Pause between polls of an empty outbox of which notifications tell. The polls find what they missed. */
  readonly quietMs: number;
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
  roundMs: 50,
  idleMs: { min: 50, max: 1000 },
  quietMs: 10_000,
  outageMs: { min: 250, max: 5000 },
  retry: { maxAttempts: 12, pauseSeconds: 0.5, maxPauseSeconds: 300 },
};

/** Publishes each event of an outbox at least once, in order within an aggregate. Several relays may run at once. */
export function createRelay(given: RelayDeps, options: Partial<RelayOptions> = {}): Relay {
  const deps = { ...given, publisher: recordedPublisher(given.publisher) };
  const settings = { ...relayDefaults, ...options };
  const metrics = relayMetrics(deps);
  const failures = createFailureLog({
    logger: deps.logger,
    failure: 'the relay cannot publish events now; it will try again',
    success: 'the relay publishes events again',
  });
  const idle = createWakeableWait();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let listener: ChannelListener | undefined;
  let isListening = false;

  const rest = async (ms: number): Promise<void> => {
    if (ms > 0) await pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  const setListening = (value: boolean): void => {
    isListening = value;
    idle.wake();
  };

  async function run(): Promise<void> {
    let pollMs = settings.idleMs.min;
    let outageMs = settings.outageMs.min;
    while (!stopping.signal.aborted) {
      try {
        idle.reset();
        const startedAt = performance.now();
        const { count, othersWait } = await relayOnce(deps, settings, metrics);
        outageMs = settings.outageMs.min;
        failures.worked();
        if (count === settings.batchSize) continue;
        pollMs = count > 0 ? settings.idleMs.min : Math.min(pollMs * 1.5, settings.idleMs.max);
        if (count === 0 || !othersWait) await idle.wait(isListening && !othersWait ? settings.quietMs : pollMs);
        await rest(startedAt + settings.roundMs - performance.now());
      } catch (error) {
        failures.failed(error, { retryInMs: outageMs });
        await rest(outageMs);
        outageMs = Math.min(outageMs * 2, settings.outageMs.max);
      }
    }
  }

  return {
    start: () => {
      listener ??= deps.listen?.({
        onMessage: idle.wake,
        onListening: () => setListening(true),
        onLost: () => setListening(false),
      });
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      idle.wake();
      await Promise.all([running, listener?.stop()]);
    },
  };
}

interface Round {
  /** How many events were claimed. */
  readonly count: number;
  /** Whether events wait that this round has not published. */
  readonly othersWait: boolean;
}

async function relayOnce(deps: RelayDeps, options: RelayOptions, metrics: RelayMetrics): Promise<Round> {
  const { db, table, publisher } = deps;
  const { events: claimed, othersWait } = await claimEvents(db, table, options.batchSize, options.leaseSeconds);
  if (claimed.length === 0) return { count: 0, othersWait };
  try {
    await publisher.publish(claimed);
    await recordPublished(deps, claimed, metrics);
  } catch (error) {
    if (error instanceof PublisherUnavailable) {
      await releaseEvents(db, table, idsOf(claimed));
      throw error;
    }
    await publishOneByOne(deps, claimed, options, metrics);
    return { count: claimed.length, othersWait: true };
  }
  return { count: claimed.length, othersWait };
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
  for (const { topic, event, resent = false } of events) {
    const { id: eventId, type } = event;
    metrics.published.inc({ type });
    const told = resent ? 'event published again' : 'event published';
    forEvent(event, deps.subjectOf, () => deps.logger.info({ eventId, type, topic }, told));
  }
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
  forEvent(event, deps.subjectOf, () => {
    if (dead) deps.logger.error(about, 'the event is dead; it is not published until somebody replays it');
    else deps.logger.warn(about, 'the event was refused; it will be tried again');
  });
}

function idsOf(events: readonly OutgoingEvent[]): string[] {
  return events.map(({ event }) => event.id);
}

type RelayMetrics = ReturnType<typeof relayMetrics>;

function relayMetrics({ db, table, types = [], registry, logger }: RelayDeps) {
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
        help: 'How long the event that has waited longest waits, without dead ones',
        pick: (now) => now.oldestAgeSeconds,
      },
    ],
  );
  const counter = (name: string, help: string) => {
    const total = new Counter({ name, help, labelNames: ['type'], registers: [registry] });
    for (const type of types) total.inc({ type }, 0);
    return total;
  };
  return {
    published: counter('events_published_total', 'Events published'),
    failed: counter('events_publish_failed_total', 'Attempts to publish that failed because of the event itself'),
  };
}
