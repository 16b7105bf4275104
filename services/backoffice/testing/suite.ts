import type { Client } from '@connectrpc/connect';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AdminService } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc } from '../../../platform/testing/rpc.ts';
import { buildBackoffice } from '../app.ts';
import { readBackofficeConfig } from '../config.ts';
import type { BackofficeDeps } from '../domain/deps.ts';
import { createBackofficeMetrics } from '../metrics.ts';
import { createBackofficeRepository } from '../repository/index.ts';
import { FakeUsers } from './users.ts';
import { FakeCatalogChanges } from './catalog-changes.ts';
import { FakeOrderRecords } from './order-records.ts';
import { FakeRefunds } from './refunds.ts';
import { FakeWallets } from './wallets.ts';

/** The service on a database of the suite's own, with faked wallet and sso services. */
export interface BackofficeSuite {
  readonly database: TestDatabase;
  readonly wallets: FakeWallets;
  readonly users: FakeUsers;
  readonly records: FakeOrderRecords;
  readonly refunds: FakeRefunds;
  readonly catalogChanges: FakeCatalogChanges;
  /** What verbs take. */
  readonly deps: BackofficeDeps;
  /** The whole service, through all interceptors, as that user calls it, whom sso knows; without one, anonymously. */
  readonly as: (userId?: string, roles?: readonly string[]) => Client<typeof AdminService>;
  readonly close: () => Promise<void>;
}

export const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });

/** Makes the suite before the tests of a file, and closes it after them. */
export function useBackofficeSuite(): () => BackofficeSuite {
  let suite: BackofficeSuite | undefined;
  beforeAll(async () => {
    suite = await createBackofficeSuite();
  });
  afterAll(() => suite?.close());
  return () => {
    if (suite === undefined) throw new Error('the suite is made before the tests');
    return suite;
  };
}

async function createBackofficeSuite(): Promise<BackofficeSuite> {
  const database = await createTestDatabase('backoffice', 'backoffice');
  const logger = pino({ level: 'silent' });
  const wallets = new FakeWallets();
  const records = new FakeOrderRecords();
  const refunds = new FakeRefunds(records);
  const users = new FakeUsers();
  const catalogChanges = new FakeCatalogChanges();
  const config = readBackofficeConfig({});
  const peers = {
    adjustments: wallets.client(),
    users: users.client(),
    records: records.clients(wallets.records()),
    refunds: refunds.client(),
    catalogTrail: catalogChanges.client(),
  };
  const service = buildBackoffice({ database, ...peers, logger, registry: new Registry(), config });
  const rpc = await createTestRpc([service]);
  return {
    database,
    wallets,
    users,
    records,
    refunds,
    catalogChanges,
    deps: {
      repository: createBackofficeRepository(database.db),
      wallets,
      users,
      records,
      refunds,
      catalogChanges,
      metrics: createBackofficeMetrics(new Registry()),
      logger,
    },
    as: (userId, roles = ['admin']) => {
      if (userId === undefined) return rpc.connect(AdminService, {});
      users.know(userId, roles);
      return rpc.connect(AdminService, { user: { userId, roles: [...roles] } });
    },
    close: () => database.close(),
  };
}
