import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/dev/bootstrap/paths.mjs';
import { program } from '../../../deploy/dev/parts/app.ts';
import { probeTemporal, serverArgs, temporal } from '../../../deploy/dev/parts/temporal.ts';
import { temporalOnMachine } from '../../../deploy/dev/parts/temporal-install.ts';
import { choosePorts } from '../../../deploy/dev/ports.ts';
import { createEmptyDatabase, type TestDatabase } from '../../../services/platform/testing/database.ts';
import { eventually } from '../support/patience.ts';

const root = join(import.meta.dirname, '../../..');
const run = ['services/main.ts', 'all'] as const;
const app = program({
  name: 'app',
  title: 'All services',
  kind: 'app',
  run,
  dependsOn: [],
  ports: [{ name: 'http' }, { name: 'grpc' }],
});
const bcrypt = { BCRYPT_COST: '4', REGISTRATIONS_PER_ADDRESS_AND_HOUR: '100000' };
// Sweeps that don't wait long: a restored shop is to come to rest within a test.
const hasty = { CHECKOUT_STALLED_SECONDS: '2', CHECKOUT_STALLED_SWEEP_SECONDS: '1', AUDIT_EVERY_SECONDS: '0' };

/** A shop of the test's own: a database, a Temporal server with a store on disk, and all roles in one process. */
export interface Platform {
  readonly api: string;
  readonly databaseUrl: string;
  readonly sqlite: string;
  readonly folder: string;
  /** What commands and scripts need to find it. */
  readonly env: NodeJS.ProcessEnv;
  startTemporal(): Promise<void>;
  startApp(): Promise<void>;
  /** SIGKILL: nobody says goodbye in a disaster. */
  killAll(): Promise<void>;
  /** Runs one of our programs or scripts to its end. @throws what it printed, if it failed */
  run(program: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openPlatform(): Promise<Platform> {
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
  const children = new Map<string, ChildProcess>();

  async function start(name: string, program: string, args: readonly string[]): Promise<void> {
    const log = openSync(join(folder, `${name}.log`), 'a');
    children.set(name, spawn(program, args, { cwd: root, env, stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  async function killAll(): Promise<void> {
    for (const child of children.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    children.clear();
  }

  return {
    api,
    databaseUrl: database.url,
    sqlite,
    folder,
    env,
    async startTemporal() {
      const args = serverArgs((name) => port('temporal', name), sqlite);
      await start('temporal', await temporalProgram(), args);
      await eventually('Temporal', () => probeTemporal(temporalAddress));
    },
    async startApp() {
      await start('app', process.execPath, run);
      await eventually('the platform', async () => {
        const { status } = await fetch(`${api}/ready`);
        if (status !== 200) throw new Error(`/ready answers ${status}`);
      });
    },
    killAll,
    run: (program, ...args) => runToEnd(program, args, env),
    async close() {
      await killAll();
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
    ...bcrypt,
    ...hasty,
    ...ports,
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  };
  return { ...own, DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal, TEMPORAL_SQLITE: sqlite };
}

async function runToEnd(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

async function temporalProgram(): Promise<string> {
  const found = await temporalOnMachine();
  return 'program' in found ? found.program : join(cacheFolder(), 'temporal-1.5.1', 'bin', 'temporal');
}
