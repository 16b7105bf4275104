import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeOptions, program } from '../../../deploy/dev/parts/app.ts';
import { choosePorts } from '../../../deploy/dev/ports.ts';
import { owners, roles, schemaOf } from '../../../runtime/registry.ts';
import { hasty, untilReady, type Platform } from '../restore/platform.ts';
import { createPrograms, runToEnd, type Programs } from '../restore/programs.ts';
import { databaseUrl, initialize } from './databases.ts';
import { namespace, openTemporalServer, type TemporalServer } from './server.ts';

const services = roles.filter((role) => role !== 'worker');

/** The platform as in production: each service and Temporal's own server have separate roles in Postgres. */
export interface Production extends Platform {
  readonly temporal: TemporalServer;
  readonly programs: Programs;
  startWorker(): Promise<void>;
  migrate(): Promise<void>;
}

export async function openProduction(): Promise<Production> {
  await initialize();
  const folder = mkdtempSync(join(tmpdir(), 'temporal-on-postgres-'));
  const programs = createPrograms(folder);
  const temporal = await openTemporalServer(programs, folder);
  const { ports, port } = await chosenPorts();
  const url = (name: string) => `http://127.0.0.1:${port(name, 'http')}`;
  const shared = sharedSettings(temporal.address);
  const api = url('services');
  const processEnv = (name: string): NodeJS.ProcessEnv => ({
    ...shared,
    ...servicesDatabases,
    HTTP_PORT: String(port(name, 'http')),
    ...(name === 'worker'
      ? { SERVICES_ADDRESS: `http://127.0.0.1:${port('services', 'grpc')}`, JWKS_URL: `${api}/.well-known/jwks.json` }
      : { GRPC_PORT: String(port(name, 'grpc')) }),
  });

  async function startProcess(name: string, roles: readonly string[]): Promise<void> {
    programs.start(name, process.execPath, ['runtime/main.ts', ...roles], processEnv(name));
    await untilReady(url(name));
  }
  // An operator has the database URLs of the administrator and of the audit.
  const env = { ...shared, ...operatorsDatabases, SERVICES_ADDRESS: `http://127.0.0.1:${port('services', 'grpc')}` };
  return {
    api,
    databaseUrl: databaseUrl('ecommerce'),
    folder,
    env,
    temporal,
    programs,
    startTemporal: temporal.start,
    startWorker: () => startProcess('worker', ['worker']),
    async startApp() {
      await Promise.all([startProcess('services', services), startProcess('worker', ['worker'])]);
    },
    async migrate() {
      const migrator = { ...shared, DATABASE_URL: databaseUrl('ecommerce', 'migrator'), SEED: 'true' };
      await runToEnd(process.execPath, ['runtime/migrate.ts'], migrator);
    },
    killAll: programs.killAll,
    run: (command, ...args) => runToEnd(command, args, env),
    async close() {
      await programs.killAll();
      if (process.env['KEEP_LOGS'] === undefined) rmSync(folder, { recursive: true, force: true });
      ports.release();
    },
  };
}

async function chosenPorts() {
  const part = (name: string, ...wishes: readonly string[]) =>
    program({
      name,
      title: name,
      kind: 'app',
      run: ['runtime/main.ts'],
      dependsOn: [],
      ports: wishes.map((wish) => ({ name: wish })),
    });
  const ports = await choosePorts([part('services', 'http', 'grpc'), part('worker', 'http')], {});
  return { ports, port: (name: string, wish: string) => ports.byPart.get(name)?.[wish] ?? 0 };
}

/** Each service connects with its own role, as in the secrets of deploy/k8s. */
const servicesDatabases = {
  ...Object.fromEntries(
    owners.map((owner) => [`${owner.toUpperCase()}_DATABASE_URL`, databaseUrl('ecommerce', schemaOf(owner))]),
  ),
  AUDIT_DATABASE_URL: databaseUrl('ecommerce', 'ecommerce_auditor'),
};

const operatorsDatabases = {
  DATABASE_URL: databaseUrl('ecommerce'),
  TEMPORAL_DATABASE_URL: databaseUrl('temporal'),
  TEMPORAL_VISIBILITY_DATABASE_URL: databaseUrl('temporal_visibility'),
  AUDIT_DATABASE_URL: databaseUrl('ecommerce', 'ecommerce_auditor'),
};

/** Settings for what the stack provides besides Postgres and Temporal: Redis, Kafka and the keys. */
function sharedSettings(temporalAddress: string): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'PG_BIN', 'REDIS_URL', 'KAFKA_BROKERS', 'JWT_SECRET', 'SERVICE_KEYS_DIR'];
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    ...hasty,
    LOG_PRETTY: 'false',
    NODE_OPTIONS: nodeOptions,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
  };
}
