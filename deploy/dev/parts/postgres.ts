import type { Part, PartContext, Way } from '../supervisor/part.ts';
import { fromCompose } from './docker.ts';
import { postgresOnMachine } from './postgres-machine.ts';
import { postgresInstalled } from './postgres-install.ts';
import {
  databaseName,
  launchPostgres,
  postgresPassword,
  probePostgres,
  postgresUser,
  type PostgresPrograms,
} from './postgres-server.ts';
import { firstWay, notSet, type Refusal } from './sources.ts';

const dockerPassword = 'development-only';

/** Postgres, with one database that contains the schemas of all services. */
export function postgres(fixedPort?: number): Part {
  return {
    name: 'postgres',
    title: 'Postgres',
    kind: 'server',
    dependsOn: [],
    ports: [{ name: 'sql', variable: 'POSTGRES_PORT', ...(fixedPort === undefined ? {} : { fixed: fixedPort }) }],
    readyWithinSeconds: 60,
    suggestion: 'Read the log. If its data are damaged, delete them with `npm run reset`.',
    find: (context) =>
      firstWay(
        'postgres',
        {
          environment: fromEnvironment,
          docker: inDocker,
          machine: async (context) => server(context, await postgresOnMachine()),
          install: async (context) => server(context, await postgresInstalled(context)),
        },
        context,
      ),
  };
}

function server(context: PartContext, programs: PostgresPrograms | Refusal): Way | Refusal {
  if ('reason' in programs) return programs;
  const port = context.port('postgres', 'sql');
  const url = `postgres://${postgresUser}:${postgresPassword}@127.0.0.1:${port}/${databaseName}`;
  return {
    from: programs.from,
    async prepare() {
      const { bin, version } = await programs.make();
      return { launch: await launchPostgres(bin, port, context), version };
    },
    probe: () => probePostgres(url),
    env: { DATABASE_URL: url },
    urls: { postgres: url },
  };
}

function inDocker(context: PartContext): Promise<Way | Refusal> {
  const port = String(context.port('postgres', 'sql'));
  // The user of docker-compose.yml, and its default password.
  const url = `postgres://postgres:${encodeURIComponent(dockerPassword)}@127.0.0.1:${port}/ecommerce`;
  const service = {
    service: 'postgres',
    volume: 'postgres',
    ports: { POSTGRES_PORT: port, POSTGRES_PASSWORD: dockerPassword },
  };
  const way = { probe: () => probePostgres(url), env: { DATABASE_URL: url }, urls: { postgres: url } };
  return fromCompose('postgres', service, way, context);
}

async function fromEnvironment({ callerEnv: env }: PartContext): Promise<Way | Refusal> {
  const url = env['DATABASE_URL'] || fromPieces(env);
  if (url === undefined) return notSet('DATABASE_URL', `postgres://user:password@host:5432/${databaseName}`);
  return {
    from: 'environment',
    prepare: async () => ({}),
    probe: () => probePostgres(url),
    env: { DATABASE_URL: url },
    urls: { postgres: url.replace(/:[^:@/]*@/, ':***@') },
  };
}

function fromPieces(env: NodeJS.ProcessEnv): string | undefined {
  const host = env['PG_HOST'];
  if (host === undefined || host === '') return undefined;
  const user = encodeURIComponent(env['PG_USER'] ?? 'postgres');
  const password = encodeURIComponent(env['PG_PASSWORD'] ?? '');
  return `postgres://${user}:${password}@${host}:${env['PG_PORT'] ?? '5432'}/${env['PG_NAME'] ?? databaseName}`;
}
