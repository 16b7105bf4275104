import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import type { ListenHandlers } from '../../platform/data/db/listen.ts';
import type { EventPublisher, SubjectOf } from '../../platform/events/cloud-event.ts';
import { forgetPublished } from '../../platform/events/outbox-store.ts';
import { createRelay, relayDefaults } from '../../platform/events/relay.ts';
import type { OutboxTable } from '../../platform/events/tables.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { RelayConfig } from './config.ts';

export interface RelayAppDeps {
  /** The database of the service whose outbox it publishes. */
  readonly database: Pick<DatabaseHandle, 'db' | 'check' | 'listen'>;
  /** The NOTIFY channel on which that service announces new events. */
  readonly channel: string;
  readonly outbox: OutboxTable;
  readonly publisher: EventPublisher;
  /** The types of the outbox's events. */
  readonly types: readonly string[];
  /** What an event is about, for the log. */
  readonly subjectOf: SubjectOf;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: RelayConfig;
}

const hourMs = 3_600_000;

/** The relay: publishes the events of an outbox, and deletes published events after `keptDays`. */
export function buildRelay(deps: RelayAppDeps): Service {
  const { database, channel, outbox, publisher, types, subjectOf, logger, registry, config } = deps;
  const { batchSize, maxAttempts, keptDays } = config;
  const retry = { ...relayDefaults.retry, maxAttempts };
  const listen = (handlers: ListenHandlers) => database.listen(channel, handlers);
  const relayDeps = { db: database.db, table: outbox, publisher, types, subjectOf, listen, logger, registry };
  const relay = createRelay(relayDeps, { batchSize, retry });
  let loop: Loop | undefined;
  return {
    role: 'relay',
    checks: { postgres: database.check },
    startUpkeep: () => {
      relay.start();
      loop = startLoop({ name: 'forgetting of published events', pauseMs: hourMs, logger }, async (signal) => {
        await forgetPublished(database.db, outbox, keptDays, { signal });
      });
    },
    stop: async () => {
      await Promise.all([relay.stop(), loop?.stop()]);
    },
  };
}
