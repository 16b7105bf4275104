import { createClient, createRouterTransport } from '@connectrpc/connect';
import { pino } from 'pino';
import { ProcessRegistry } from '../platform/telemetry/registry.ts';
import { expect, test } from 'vitest';
import { generateServiceKeys } from '../platform/auth/service-keys.ts';
import type { Clients } from '../platform/rpc/clients/clients.ts';
import { openDatabase } from '../platform/data/db/database.ts';
import { connectTemporal } from '../platform/temporal/connection.ts';
import { createCheckoutWorkflows } from '../workflows/client/checkout-workflows.ts';
import { readRuntimeConfig } from './config.ts';
import { isInternal, roles, rowOf, signers } from './registry.ts';
import { buildServices } from './services.ts';

const keys = generateServiceKeys(signers);
const nowhere = createRouterTransport(() => undefined);

/** Fake parts that note each client that is made, and the name that signs its calls. */
function recorder() {
  const connected: { readonly to: string; readonly as: string | undefined }[] = [];
  const clients: Clients = {
    host: () => undefined,
    connect: (service, options) => {
      connected.push({ to: service.typeName, as: options?.as?.caller });
      return createClient(service, nowhere);
    },
    close: () => undefined,
  };
  return { clients, connected };
}

// The relay calls no service, and buildServices does not build it.
test.each(roles.filter((role) => role !== 'relay'))('%s is connected to what its row lists', async (role) => {
  const logger = pino({ level: 'silent' });
  const registry = new ProcessRegistry({ service: role });
  // Building a service calls nothing, so fakes without behaviour are enough.
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: role, poolSize: 1 });
  const temporal = connectTemporal({ address: '127.0.0.1:1', namespace: 'default' });
  const config = readRuntimeConfig({ SERVICE_KEYS_DIR: '/nowhere' }, [role]);
  const { clients, connected } = recorder();
  const { services } = buildServices({
    configs: config.services,
    audit: undefined,
    databases: { of: () => database, close: () => Promise.resolve() },
    redis: undefined,
    temporal,
    checkouts: createCheckoutWorkflows(temporal, config.checkouts),
    clients,
    keys,
    logger,
    registry,
    processes: 1,
    number: 1,
    siblings: undefined,
    memoryLimiter: undefined,
    workerStopMs: { grace: 1, force: 1 },
  });
  expect(services.map((service) => service.role)).toEqual([role]);
  const listed = rowOf(role).calls.map((service) => ({
    to: service.typeName,
    as: isInternal(service) ? role : undefined,
  }));
  const byName = (one: { to: string }, other: { to: string }) => one.to.localeCompare(other.to);
  expect(connected.sort(byName), 'runtime/registry.ts: `calls`; runtime/services.ts: what is connected').toEqual(
    listed.sort(byName),
  );
  await Promise.all([database.close(1), temporal.close()]);
});
