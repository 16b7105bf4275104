import { Connection } from '@temporalio/client';
import { dirname, join } from 'node:path';
import { temporalServer } from '../../../deploy/dev/parts/temporal-server-install.ts';
import { isFree } from '../../../deploy/dev/ports.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import { temporalProgram } from '../restore/platform.ts';
import { runToEnd, type Programs } from '../restore/programs.ts';
import { databaseUrl, password } from './databases.ts';

/** The ports in server.yaml, without TEMPORAL_PORT_OFFSET. */
const ports = { frontend: 7233, metrics: 9090 };
const allPorts = [...Object.values(ports), 6933, 6934, 6935, 6939, 7234, 7235, 7239, 7243];
const startsWithinMs = 120_000;
export const namespace = 'ecommerce';

/** Temporal's own server on Postgres with the files of deploy/temporal, as in production. */
export interface TemporalServer {
  readonly address: string;
  readonly metricsUrl: string;
  readonly program: string;
  /** Starts the server. Resolves when it answers. */
  readonly start: () => Promise<void>;
  /** Runs schema.sh. */
  readonly schema: () => Promise<string>;
  /** Runs namespace.sh. */
  readonly register: () => Promise<string>;
}

export async function openTemporalServer(programs: Programs, folder: string): Promise<TemporalServer> {
  const tools = await temporalServer({
    logFile: join(folder, 'install.log'),
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  const offset = await freeOffset();
  const address = `127.0.0.1:${ports.frontend + offset}`;
  const { hostname, port } = new URL(databaseUrl('temporal'));
  const env = {
    PATH: [tools, dirname(await temporalProgram()), process.env['PATH'] ?? ''].join(':'),
    // The Temporal profile of the person who runs the test must have no influence.
    HOME: folder,
  };
  const program = join(tools, 'temporal-server');
  return {
    address,
    metricsUrl: `http://127.0.0.1:${ports.metrics + offset}/metrics`,
    program,
    async start() {
      // `--root deploy --config temporal --env server` is deploy/temporal/server.yaml.
      programs.start('temporal', program, ['--root', 'deploy', '--config', 'temporal', '--env', 'server', 'start'], {
        ...env,
        TEMPORAL_POSTGRES_ADDRESS: `${hostname}:${port}`,
        TEMPORAL_POSTGRES_PASSWORD: password,
        TEMPORAL_CONFIG_FOLDER: 'deploy/temporal',
        TEMPORAL_BIND_IP: '127.0.0.1',
        TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
        TEMPORAL_PORT_OFFSET: String(offset),
        TEMPORAL_ALLOW_NO_AUTH: 'true',
        TEMPORAL_LOG_LEVEL: 'info',
      });
      const isUp = async () => programs.lives('temporal') && (await answers(address));
      await eventually('an answer of Temporal', isUp, (yes) => yes, { withinMs: startsWithinMs });
    },
    schema: () =>
      runToEnd('sh', ['deploy/temporal/schema.sh'], {
        ...env,
        ...{ SQL_HOST: hostname, SQL_PORT: port, SQL_USER: 'temporal', SQL_PASSWORD: password },
      }),
    register: () =>
      runToEnd('sh', ['deploy/temporal/namespace.sh'], {
        ...env,
        ...{ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
      }),
  };
}

const answers = (address: string) =>
  withConnection(address, ({ workflowService }) => workflowService.getClusterInfo({})).then(
    () => true,
    () => false,
  );

/** Calls the server over a new connection. */
export async function withConnection<Answer>(address: string, ask: (connection: Connection) => Promise<Answer>) {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    return await connection.withDeadline(Date.now() + 5000, () => ask(connection));
  } finally {
    await connection.close();
  }
}

/** A port offset with which all ports of the server are free and below the range of outgoing connections. */
async function freeOffset(): Promise<number> {
  for (;;) {
    const offset = 18_100 + Math.floor(Math.random() * 4000);
    const free = await Promise.all(allPorts.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
}
