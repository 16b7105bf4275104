import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { changesChannel } from '../order/repository.ts';
import { outbox } from '../order/schema.ts';
import { createAccessTokenVerifier } from '../platform/auth/access-token.ts';
import { generateServiceKeys, loadServiceKeys } from '../platform/auth/service-keys.ts';
import { createClients } from '../platform/clients/clients.ts';
import { openRedis } from '../platform/redis/redis.ts';
import { createServer } from '../platform/server/server.ts';
import type { Service } from '../platform/service.ts';
import { connectTemporal, createCheckouts } from '../platform/temporal/index.ts';
import { buildRelay } from '../relay/app.ts';
import type { RuntimeConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { createEventWays, type EventWays } from './events.ts';
import { buildServices, type Built, type ServiceParts } from './services.ts';

export interface PlatformProcess {
  /** Opens the doors; returns their URLs. */
  readonly start: () => Promise<{ readonly http: string; readonly grpc?: string }>;
  /** Unready, drained, stopped, closed, in this order; also after a start that failed. */
  readonly stop: () => Promise<void>;
}

/** Composes a process of its settings; waits for Postgres and for nothing else. @throws DatabaseNotReady */
export async function composeProcess(
  config: RuntimeConfig,
  logger: Logger,
  registry: Registry,
): Promise<PlatformProcess> {
  const parts = await openParts(config, logger, registry);
  const built = buildServices(parts);
  const ways = createEventWays({
    kafka: config.process.kafka,
    consumers: built.services.flatMap((service) => service.consumers ?? []),
    clientId: processName(config),
    logger,
    registry,
  });
  const services = [...built.services, ...relays(config, parts, ways)];
  const server = createServer({
    role: processName(config),
    services,
    ports: { http: config.ports.http, ...(config.ports.grpc === undefined ? {} : { grpc: config.ports.grpc }) },
    host: config.process.host,
    corsOrigins: config.process.corsOrigins,
    trustedProxies: config.process.trustedProxies,
    limits: config.process.limits,
    logger,
    registry,
    auth: { accessTokens: accessTokens(config, built), serviceTokens: parts.keys.verifier() },
  });
  parts.clients.host(server.handlers);
  return {
    start: async () => {
      for (const service of services) await service.start?.();
      ways.start();
      return server.start();
    },
    stop: async () => {
      await server.stop();
      await stopServices(services);
      await ways.stop();
      parts.clients.close();
      await Promise.all([parts.temporal.close(), parts.redis?.close(), parts.databases.close()]);
    },
  };
}

/** A process with several roles goes by the name of all of them. */
export function processName({ roles }: Pick<RuntimeConfig, 'roles'>): RuntimeConfig['roles'][number] | 'all' {
  const [only, ...others] = roles;
  return only === undefined || others.length > 0 ? 'all' : only;
}

async function openParts(config: RuntimeConfig, logger: Logger, registry: Registry): Promise<ServiceParts> {
  const { redisUrl, serviceKeysDir, poolSize, startWaitSeconds: waitSeconds } = config.process;
  const temporal = connectTemporal(config.process.temporal);
  const keys = serviceKeysDir === undefined ? await generateServiceKeys() : await loadServiceKeys(serviceKeysDir);
  const databases = await openDatabases({ urls: config.databases, poolSize, waitSeconds, logger, registry });
  return {
    configs: config.services,
    keys,
    databases,
    redis: redisUrl === undefined ? undefined : openRedis({ url: redisUrl, logger, registry }),
    temporal,
    checkouts: createCheckouts(temporal, config.checkouts),
    clients: createClients({ addresses: config.addresses, logger }),
    logger,
    registry,
  };
}

function relays(config: RuntimeConfig, { databases, logger, registry }: ServiceParts, ways: EventWays): Service[] {
  if (config.services.relay === undefined) return [];
  const { publisher, checks } = ways;
  return [
    buildRelay({
      database: databases.of('order'),
      channel: changesChannel,
      outbox,
      publisher,
      checks,
      logger: logger.child({ service: 'relay' }),
      registry,
      config: config.services.relay,
    }),
  ];
}

/** Asks sso in this process, or reads what it publishes. */
function accessTokens(config: RuntimeConfig, { sso }: Built) {
  const { issuer, jwksUrl } = config.process;
  return createAccessTokenVerifier(sso === undefined ? { issuer, jwksUrl } : { issuer, fetchJwks: sso.jwks });
}

/** The worker first: its steps under way call the others. */
async function stopServices(services: readonly Service[]): Promise<void> {
  await Promise.all(services.filter(({ role }) => role === 'worker').map(async (service) => service.stop?.()));
  await Promise.all(services.filter(({ role }) => role !== 'worker').map(async (service) => service.stop?.()));
}
