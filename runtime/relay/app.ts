import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/data/db/database.ts';
import type { EventPublisher } from '../../platform/events/cloud-event.ts';
import { forgetPublished } from '../../platform/events/outbox-store.ts';
import { createRelay, relayDefaults } from '../../platform/events/relay.ts';
import type { OutboxTable } from '../../platform/events/tables.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { RelayConfig } from './config.ts';

export interface RelayAppDeps {
  /** Of the service whose outbox it empties. */
  readonly database: Pick<DatabaseHandle, 'db' | 'check' | 'listen'>;
  /** The channel of NOTIFY on which that service tells of what it wrote. */
  readonly channel: string;
  readonly outbox: OutboxTable;
  readonly publisher: EventPublisher;
  /** What `/ready` tells of beside Postgres, for example Kafka: while it is away, events wait in the outbox. */
  readonly optionalChecks?: Service['checks'];
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: RelayConfig;
}

const hourMs = 3_600_000;

/** Carries events from an outbox to those who want them. */
export function buildRelay(deps: RelayAppDeps): Service {
  const { database, channel, outbox, publisher, optionalChecks = {}, logger, registry, config } = deps;
  const { batchSize, maxAttempts, keptDays } = config;
  const retry = { ...relayDefaults.retry, maxAttempts };
  const listen = (wake: () => void) => database.listen(channel, { onMessage: wake, onListening: wake });
  const relayDeps = { db: database.db, table: outbox, publisher, listen, logger, registry };
  const relay = createRelay(relayDeps, { batchSize, retry });
  let loop: Loop | undefined;
  return {
    role: 'relay',
    checks: { postgres: database.check },
    optionalChecks,
    start: async () => {
      relay.start();
      loop = startLoop({ name: 'forgetting of published events', pauseMs: hourMs, logger }, async () => {
        await forgetPublished(database.db, outbox, keptDays);
      });
    },
    stop: async () => {
      await Promise.all([relay.stop(), loop?.stop()]);
    },
  };
}
