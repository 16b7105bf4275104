import type { Logger } from 'pino';
import { orderEventTypes, subjectOfOrderEvent } from '../proto/order-events.ts';
import { changesChannel } from '../services/order/repository/index.ts';
import { outbox } from '../services/order/schema.ts';
import { createAccessTokenVerifier } from '../platform/auth/access-token.ts';
import { generateServiceKeys, loadServiceKeys } from '../platform/auth/service-keys.ts';
import { createClients } from '../platform/rpc/clients/clients.ts';
import { openRedis } from '../platform/data/redis/redis.ts';
import { neededToStart, type StartChecks } from '../platform/rpc/server/readiness.ts';
import { createRemoteServices, type RemoteServices } from '../platform/rpc/server/remote-services.ts';
import { defaultLimits } from '../platform/rpc/server/limits.ts';
import { createServer, type Server } from '../platform/rpc/server/server.ts';
import type { Service } from '../platform/service.ts';
import type { Siblings } from '../platform/siblings.ts';
import type { ConnectionsOf } from '../platform/rpc/server/connections.ts';
import type { MemoryLimiter } from '../services/sso/adapters/rate-limits.ts';
import { connectTemporal } from '../platform/temporal/connection.ts';
import { createWorkerCheck } from '../platform/temporal/pollers.ts';
import { createCheckoutWorkflows } from '../workflows/client/checkout-workflows.ts';
import { buildRelay } from './relay/app.ts';
import { searchAttributeTypes } from '../workflows/contract/checkout.ts';
import type { RuntimeConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { createElsewhere } from './front/elsewhere.ts';
import { mountFrontPage } from './front/mount.ts';
import { createEventWays, type EventWays } from './events.ts';
import type { ProcessRegistry } from '../platform/telemetry/registry.ts';
import { healthName, hostOf, publicServices, rows, servesRpc, signers, type Role } from './registry.ts';
import { poolSizeOfEach, shareOf } from './processes/count.ts';
import { processName } from './roles.ts';
import { withSharedChecks, type SharedChecks } from './shared-checks.ts';
import { buildServices, type Built, type ServiceParts } from './services.ts';
import type { Recording } from './tracing.ts';
import { runStages, type ShutdownPlan, type Stage } from './shutdown.ts';

export interface PlatformProcess {
  /** Starts the services and opens the listeners; resolves with their URLs. A keeper also starts the upkeep. */
  readonly start: (options: {
    readonly isKeeper: boolean;
  }) => Promise<{ readonly http: string; readonly grpc?: string }>;
  /** Makes this process the keeper, after `start`. */
  readonly startUpkeep: () => void;
  /** Becomes unready, drains calls, stops the services and closes connections. Also works after a failed start. */
  readonly stop: () => Promise<void>;
}

/** What a process has from its parent, if several processes share the ports. */
export interface Sharing {
  /** From 1 on. */
  readonly number: number;
  readonly processes: number;
  readonly connections: { readonly http: ConnectionsOf; readonly grpc: ConnectionsOf };
  /** The text of `/metrics` of all processes. */
  readonly metrics: () => Promise<string>;
  readonly memoryLimiter: MemoryLimiter;
  readonly siblings: Siblings;
  readonly startChecks: StartChecks;
}

/**
 * Builds a process from its settings. Waits for Postgres, but for no other server.
 * @param sharing undefined for a process that shares its ports with no other
 * @throws DatabaseNotReady
 */
export async function composeProcess(
  config: RuntimeConfig,
  logger: Logger,
  registry: ProcessRegistry,
  sharing?: Sharing,
): Promise<PlatformProcess> {
  const recording = await startRecordingIfAsked(config, logger);
  const parts = await openParts(config, logger, registry, sharing);
  const built = buildServices(parts);
  const ways = createEventWays({
    kafka: config.process.kafka,
    consumers: built.services.flatMap((service) => service.consumers ?? []),
    clientId: processName(config),
    logger,
    registry,
  });
  const services = [...built.services, ...relays(config, parts, ways)]
    .map(withSharedChecks(sharedChecks(config, parts, ways)))
    .map(besideOthers(config, sharing?.startChecks));
  const remoteServices = createRemoteServices(
    publicServices.filter((service) => !config.roles.includes(hostOf(service))),
    parts.clients,
  );
  const server = createServer({
    name: healthName(...config.roles),
    services,
    ports: { http: config.ports.http, ...(config.ports.grpc === undefined ? {} : { grpc: config.ports.grpc }) },
    host: config.process.host,
    corsOrigins: config.process.corsOrigins,
    trustedProxies: config.process.trustedProxies,
    limits: {
      ...config.process.limits,
      maxHeavy: shareOf(defaultLimits.maxHeavy, parts.processes),
      unreadySeconds: config.shutdown.unreadyMs / 1000,
      drainSeconds: config.shutdown.drainMs / 1000,
    },
    logger,
    registry,
    auth: { accessTokens: accessTokens(config, built), serviceTokens: parts.keys.verifier() },
    remoteServices,
    ...pagesOf(config, remoteServices),
    ...(sharing === undefined ? {} : { connections: sharing.connections, metrics: sharing.metrics }),
  });
  parts.clients.host(server.endpoints);
  let stopping = false;
  const startUpkeep = (): void => {
    if (stopping) return;
    for (const service of services) service.startUpkeep?.();
    ways.startUpkeep();
  };
  return {
    start: async ({ isKeeper }) => {
      for (const service of services) await service.start?.();
      ways.start();
      if (isKeeper) startUpkeep();
      return server.start();
    },
    startUpkeep,
    stop: () => {
      stopping = true;
      return runStages(
        stagesOf({ server, services, ways, parts, recording, plan: config.shutdown }),
        stopMs(config),
        logger,
      );
    },
  };
}

/** The front page, in a process that serves calls. */
function pagesOf({ roles, process, accounts, services }: RuntimeConfig, remoteServices: RemoteServices) {
  const { frontPage, temporal, grafanaUrl, trustedProxies } = process;
  if (!frontPage || !roles.some(servesRpc)) return {};
  const freeTopUp = services.wallet?.freeTopUp;
  const elsewhere = createElsewhere(remoteServices);
  const isDirect = trustedProxies === 0;
  return { pages: mountFrontPage({ temporal, grafanaUrl, accounts, freeTopUp, elsewhere, isDirect }) };
}

/** OpenTelemetry's SDK is loaded only if spans are recorded. */
async function startRecordingIfAsked(config: RuntimeConfig, logger: Logger): Promise<Recording | undefined> {
  const { tracing } = config.process;
  if (tracing === undefined) return undefined;
  const { startRecording } = await import('./tracing.ts');
  return startRecording({ tracing, serviceName: healthName(...config.roles), logger });
}

interface Stoppable {
  readonly server: Server;
  readonly services: readonly Service[];
  readonly ways: EventWays;
  readonly parts: ServiceParts;
  readonly recording: Recording | undefined;
  readonly plan: ShutdownPlan;
}

/**
 * The stages of a stop. A caller stops before what it calls: listeners and worker, background work, then connections.
 */
function stagesOf({ server, services, ways, parts, recording, plan: { closingMs } }: Stoppable): Stage[] {
  const workers = services.filter(isWorker);
  const others = services.filter((service) => !isWorker(service));
  const stopAll = (some: readonly Service[]) => Promise.all(some.map(async (service) => service.stop?.()));
  const close = () => {
    parts.clients.close();
    const connections = [parts.temporal.close(), parts.redis?.close(), parts.databases.close(closingMs / 4000)];
    return Promise.all([...connections, recording?.stop()]);
  };
  return [
    { name: 'unready', keepMs: closingMs, run: () => server.retire() },
    { name: 'calls and steps in flight', keepMs: closingMs, run: () => Promise.all([server.stop(), stopAll(workers)]) },
    { name: 'background work', keepMs: closingMs / 2, run: () => stopAll(others) },
    { name: 'consumers', keepMs: closingMs / 3, run: () => ways.stop() },
    { name: 'connections', keepMs: 0, run: close },
  ];
}

/**
 * A little less than the whole time, so that a stage that hangs is still logged before the process is ended by force.
 */
function stopMs({ shutdown }: RuntimeConfig): number {
  return shutdown.totalMs * 0.98;
}

function isWorker({ role }: Service): boolean {
  return role === ('worker' satisfies Role);
}

/**
 * In a process that serves calls, the worker's checks must pass once before the process is ready. After that, a worker
 * that cannot reach Temporal does not make it unready: accepted orders wait. Nor does it in a process that replaces one.
 */
function besideOthers({ roles }: RuntimeConfig, together: StartChecks | undefined): (service: Service) => Service {
  const serves = roles.some(servesRpc);
  return (service) => (serves && isWorker(service) ? neededToStart(service, together) : service);
}

function sharedChecks(config: RuntimeConfig, { redis, temporal }: ServiceParts, { kafka }: EventWays): SharedChecks {
  // A worker in this process tells itself whether it works.
  const hasWorker = config.roles.includes('worker');
  const worker = hasWorker ? undefined : createWorkerCheck(temporal, config.checkouts.taskQueue);
  return { redis: redis?.check, kafka, temporal: temporal.check, worker };
}

async function openParts(
  config: RuntimeConfig,
  logger: Logger,
  registry: ProcessRegistry,
  { processes, number, memoryLimiter, siblings }: Partial<Sharing> = {},
): Promise<ServiceParts> {
  const { redisUrl, serviceKeysDir, startWaitSeconds: waitSeconds } = config.process;
  const poolSize = poolSizeOfEach(config.process.poolSize, processes ?? 1);
  const temporal = connectTemporal({ ...config.process.temporal, searchAttributes: searchAttributeTypes });
  const keys = serviceKeysDir === undefined ? generateServiceKeys(signers) : await loadServiceKeys(serviceKeysDir);
  const databases = await openDatabases({ urls: config.databases, poolSize, waitSeconds, logger, registry });
  return {
    configs: config.services,
    audit: config.audit,
    keys,
    databases,
    redis: redisUrl === undefined ? undefined : openRedis({ url: redisUrl, logger, registry }),
    temporal,
    checkouts: createCheckoutWorkflows(temporal, config.checkouts),
    clients: createClients({ addressesOf: (service) => config.addresses[hostOf(service)], logger }),
    logger,
    registry,
    processes: processes ?? 1,
    number: number ?? 1,
    memoryLimiter,
    siblings,
    workerStopMs: { grace: config.shutdown.workerGraceMs, force: config.shutdown.workerForceMs },
  };
}

function relays(
  config: RuntimeConfig,
  { databases, logger, registry }: ServiceParts,
  { publisher }: EventWays,
): Service[] {
  if (config.services.relay === undefined) return [];
  return [
    buildRelay({
      database: databases.of(rows.relay.databaseOf),
      channel: changesChannel,
      outbox,
      publisher,
      types: Object.values(orderEventTypes),
      subjectOf: subjectOfOrderEvent,
      logger: logger.child({ service: 'relay' }),
      registry,
      config: config.services.relay,
    }),
  ];
}

/** Verifies access tokens with the key set of sso: from sso in this process, or from JWKS_URL. */
function accessTokens(config: RuntimeConfig, { sso }: Built) {
  const { issuer, jwksUrl, jwksCacheSeconds: cacheSeconds } = config.process;
  const source = sso === undefined ? { jwksUrl } : { fetchJwks: sso.jwks };
  return createAccessTokenVerifier({ issuer, cacheSeconds, ...source });
}
