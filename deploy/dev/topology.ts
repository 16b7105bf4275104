/**
 * What runs in each stack. `supervisor/` starts, watches and stops the parts; `parts/` knows how to get each of them.
 */
import { roles, rowOf, rpcRoles, type Role, servesRpc } from '../../runtime/registry.ts';
import { program } from './parts/app.ts';
import { kafka } from './parts/kafka.ts';
import type { AdvertisedPort } from './parts/kafka-server.ts';
import { postgres } from './parts/postgres.ts';
import { redis } from './parts/redis.ts';
import { developmentSettings as settings } from './parts/secrets.ts';
import { temporal } from './parts/temporal.ts';
import type { Env, Part, PartContext, Topology } from './supervisor/part.ts';

const infrastructureParts = ['postgres', 'redis', 'kafka', 'temporal'];

// `dev` always uses the same ports. Other stacks use free ports, so that all of them can run side by side.
const devPorts = { postgres: 24_432, redis: 24_379, kafka: 24_092, temporal: { port: 24_233, uiPort: 24_280 } };

export interface InfrastructureOptions {
  /** A port of another part, through which some clients reach Kafka. */
  readonly kafkaAlsoThrough?: AdvertisedPort;
}

/** Postgres, Redis, Kafka and Temporal, without our own processes. */
export function infrastructure(profile: string, { kafkaAlsoThrough }: InfrastructureOptions = {}): Topology {
  const fixed: Partial<typeof devPorts> = profile === 'dev' ? devPorts : {};
  const parts = [
    postgres(fixed.postgres),
    redis(fixed.redis),
    kafka(fixed.kafka, kafkaAlsoThrough),
    temporal(fixed.temporal),
  ];
  return { profile, parts, settings };
}

/** The topology of `npm run dev -- --infra-only`: all that our processes need, when somebody starts them by hand. */
export function migrated(profile: string): Topology {
  const { parts } = infrastructure(profile);
  return { profile, parts: [...parts, migrate()], settings };
}

// Clients are told to use these ports. If one is busy, the start fails, because another port would surprise them.
const publicPorts = [
  { name: 'http', variable: 'PORT', fixed: 8000, strict: true },
  { name: 'grpc', variable: 'GRPC_PORT', fixed: 50_051, strict: true },
];

/** The topology of `npm run dev`: all roles together. */
export function allInOne(profile: string): Topology {
  const app = program({
    name: 'app',
    title: 'All services',
    kind: 'app',
    run: ['runtime/main.ts', 'all'],
    dependsOn: ['migrate', ...infrastructureParts],
    ports: profile === 'dev' ? publicPorts : [{ name: 'http' }, { name: 'grpc' }],
    offers: appAddresses,
  });
  return { profile, parts: [...infrastructure(profile).parts, migrate(), app], settings };
}

/**
 * The topology of the tests: the worker is a separate process, so that a test can kill it. Two processes share the other
 * roles on every machine, so that each test also shows that it does not matter which of them answers.
 */
export function withOwnWorker(profile: string): Topology {
  const others = roles.filter((role) => role !== 'worker');
  const app = together(others, twoProcesses);
  const parts = [...infrastructure(profile).parts, migrate(), app, alone('worker')];
  return { profile, parts, settings };
}

/**
 * The topology of the demo: each role without RPCs is a separate process, so that it can be killed without the services.
 * Two processes share the services, so that one of them can be killed on every machine.
 */
export function withOwnWorkerAndRelay(profile: string): Topology {
  const others = roles.filter((role) => !servesRpc(role)).map(alone);
  const parts = [...infrastructure(profile).parts, migrate(), together(rpcRoles, twoProcesses), ...others];
  return { profile, parts, settings };
}

function twoProcesses({ callerEnv }: PartContext): Env {
  return { PROCESSES: callerEnv['PROCESSES'] ?? '2' };
}

function together(some: readonly Role[], env: (context: PartContext) => Env = () => ({})): Part {
  return program({
    name: 'app',
    title: 'Services',
    kind: 'app',
    run: ['runtime/main.ts', ...some],
    dependsOn: ['migrate', ...infrastructureParts],
    ports: [{ name: 'http' }, { name: 'grpc' }],
    env,
    offers: appAddresses,
  });
}

/** A process for one role without RPCs. The process `app` hosts the services that it calls. */
function alone(role: Role): Part {
  const { title, needs } = rowOf(role);
  return program({
    name: role,
    title,
    kind: 'app',
    run: ['runtime/main.ts', role],
    dependsOn: ['migrate', ...needs],
    ports: [{ name: 'http' }],
    env: servicesAddress,
  });
}

function servicesAddress(context: PartContext): Env {
  return { SERVICES_ADDRESS: `http://127.0.0.1:${context.port('app', 'grpc')}` };
}

/** The task that migrates the databases and puts development data into them. */
export function migrate(): Part {
  return program({
    name: 'migrate',
    title: 'Migrations and seed',
    kind: 'task',
    run: ['runtime/migrate.ts'],
    dependsOn: ['postgres'],
    env: () => ({ SEED: 'true' }),
  });
}

function appAddresses(context: PartContext) {
  const api = `http://127.0.0.1:${context.port('app', 'http')}`;
  const grpc = `127.0.0.1:${context.port('app', 'grpc')}`;
  return { env: {}, urls: { api, docs: `${api}/docs`, grpc } };
}
