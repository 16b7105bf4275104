import type { Client } from '@connectrpc/connect';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { BackofficeService } from '../../../proto/gen/ecommerce/backoffice/v1/backoffice_pb.ts';
import { createTestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc } from '../../../platform/testing/rpc.ts';
import { buildBackoffice } from '../app.ts';
import { readBackofficeConfig } from '../config.ts';
import type { BackofficeDeps } from '../domain/deps.ts';
import { createBackofficeMetrics } from '../metrics.ts';
import { createBackofficeRepository } from '../repository/index.ts';

/** The service on a database of the suite's own. */
export interface BackofficeSuite {
  /** What verbs take. */
  readonly deps: BackofficeDeps;
  /** The whole service, through all interceptors, as that user calls it; without one, anonymously. */
  readonly as: (userId?: string) => Client<typeof BackofficeService>;
  readonly close: () => Promise<void>;
}

export async function createBackofficeSuite(): Promise<BackofficeSuite> {
  const database = await createTestDatabase('backoffice', 'backoffice');
  const logger = pino({ level: 'silent' });
  const config = readBackofficeConfig({});
  const rpc = await createTestRpc([buildBackoffice({ database, logger, registry: new Registry(), config })]);
  return {
    deps: { repository: createBackofficeRepository(database.db), metrics: createBackofficeMetrics(new Registry()) },
    as: (userId) => rpc.connect(BackofficeService, userId === undefined ? {} : { user: { userId } }),
    close: () => database.close(),
  };
}
