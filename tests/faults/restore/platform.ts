import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/dev/bootstrap/paths.mjs';
import { program } from '../../../deploy/dev/parts/app.ts';
import { temporalOnMachine } from '../../../deploy/dev/parts/temporal-install.ts';
import { probeTemporal, serverArgs, temporal } from '../../../deploy/dev/parts/temporal.ts';
import { choosePorts } from '../../../deploy/dev/ports.ts';
import { createEmptyDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import { createPrograms, runToEnd } from './programs.ts';

const run = ['runtime/main.ts', 'all'] as const;
const app = program({
  name: 'app',
  title: 'All services',
  kind: 'app',
  run,
  dependsOn: [],
  ports: [{ name: 'http' }, { name: 'grpc' }],
});
/**
 * Short intervals for sweeps, so that a restored platform finishes its orders within a test. Password hashes are cheap.
 * One process alone: a kill of a parent would let its processes stop in order, which is no disaster.
 */
export const hasty = {
  PROCESSES: '1',
  SSO_BCRYPT_COST: '4',
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: '100000',
  CHECKOUT_STALLED_SECONDS: '2',
  CHECKOUT_STALLED_SWEEP_SECONDS: '1',
  AUDIT_EVERY_SECONDS: '0',
};

/** A platform that starts after a restore, or from nothing, needs much time on a small machine. */
export const unhurried = { withinMs: 280_000, everyMs: 100 };

/** A separate platform that a test can kill, back up and restore. */
export interface Platform {
  readonly api: string;
  /** URL of the database with the schemas of all services. */
  readonly databaseUrl: string;
  readonly folder: string;
  /** The environment with which commands and scripts find this platform. */
  readonly env: NodeJS.ProcessEnv;
  startTemporal(): Promise<void>;
  startApp(): Promise<void>;
  /** Sends SIGKILL to all processes, as in a disaster. */
  killAll(): Promise<void>;
  /** Runs a program or script to its end. Gives its output. @throws Error with the output if it fails */
  run(program: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** A platform with one database, Temporal's development server with a file as its store, and all roles in one process. */
export interface DevelopmentPlatform extends Platform {
  readonly sqlite: string;
}

export async function openPlatform(): Promise<DevelopmentPlatform> {
  const database = await createEmptyDatabase('restore');
  const folder = mkdtempSync(join(tmpdir(), 'restore-'));
  const ports = await choosePorts([temporal(), app], {});
  const port = (part: string, name: string) => ports.byPart.get(part)?.[name] ?? 0;
  const sqlite = join(folder, 'temporal.sqlite');
  const temporalAddress = `127.0.0.1:${port('temporal', 'grpc')}`;
  const env = environment(database, sqlite, temporalAddress, {
    HTTP_PORT: String(port('app', 'http')),
    GRPC_PORT: String(port('app', 'grpc')),
  });
  const api = `http://127.0.0.1:${port('app', 'http')}`;
  const programs = createPrograms(folder);

  return {
    api,
    databaseUrl: database.url,
    sqlite,
    folder,
    env,
    async startTemporal() {
      const args = serverArgs((name) => port('temporal', name), sqlite);
      programs.start('temporal', await temporalProgram(), args, env);
      await eventually('Temporal', () => probeTemporal(temporalAddress), unhurried);
    },
    async startApp() {
      programs.start('app', process.execPath, run, env);
      await untilReady(api);
    },
    killAll: programs.killAll,
    run: (program, ...args) => runToEnd(program, args, env),
    async close() {
      await programs.killAll();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
      ports.release();
    },
  };
}

function environment(
  database: TestDatabase,
  sqlite: string,
  temporal: string,
  ports: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const { PATH, HOME, PG_BIN } = process.env;
  const own = {
    PATH,
    HOME,
    PG_BIN,
    ...hasty,
    ...ports,
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  };
  return { ...own, DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal, TEMPORAL_SQLITE: sqlite };
}

/** Waits until a process is ready. @param api for example http://127.0.0.1:8000 */
export function untilReady(api: string): Promise<void> {
  return eventually(
    'the platform',
    async () => {
      const { status } = await fetch(`${api}/ready`);
      if (status !== 200) throw new Error(`/ready answers ${status}`);
    },
    unhurried,
  );
}

export async function temporalProgram(): Promise<string> {
  const found = await temporalOnMachine();
  return 'program' in found ? found.program : join(cacheFolder(), 'temporal-1.5.1', 'bin', 'temporal');
}
