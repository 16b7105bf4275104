import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import type { Launch, PartContext } from '../supervisor/part.ts';
import { runTool } from './tools.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

export const postgresUser = 'ecommerce';
export const postgresPassword = 'ecommerce-development-only';
export const databaseName = 'ecommerce';
const adminDatabase = 'postgres';
const unknownDatabase = '3D000';
const duplicateDatabase = '42P04';

/** The programs of a Postgres, which may have to be installed first. */
export interface PostgresPrograms {
  /** Where they come from, for the user. */
  readonly from: string;
  /** Installs them if needed; gives the folder with `postgres` and `initdb`, and the version. */
  readonly make: () => Promise<{ readonly bin: string; readonly version: string }>;
}

/**
 * Creates a database cluster if the part's folder has none, and gives the launch of the server. It never runs as root.
 */
export async function launchPostgres(bin: string, port: number, context: PartContext): Promise<Launch> {
  const user = await unprivilegedUser(context);
  const data = join(context.dataFolder, 'cluster');
  // Written last. Without this file an earlier start was interrupted, and the cluster is created again.
  const complete = join(context.dataFolder, 'complete');
  if (!existsSync(complete)) {
    context.progress('Creating a database cluster');
    rmSync(context.dataFolder, { recursive: true, force: true });
    mkdirSync(context.dataFolder, { recursive: true });
    if (user !== undefined) chownSync(context.dataFolder, user.uid, user.gid);
    await makeCluster(bin, data, user, context);
    writeFileSync(complete, '');
  }
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    // Only TCP on loopback, because two stacks could collide in the folder of the socket files.
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    shared_preload_libraries: hasStatements(bin) ? 'pg_stat_statements' : '',
    log_line_prefix: '%m [%p] ',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return {
    program: join(bin, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
    ...(user === undefined ? {} : { user }),
    // SIGINT is Postgres' fast shutdown: it disconnects clients and writes what is committed.
    stopSignal: 'SIGINT',
    graceSeconds: 15,
  };
}

async function makeCluster(bin: string, data: string, user: Launch['user'], context: PartContext): Promise<void> {
  const passwordFile = join(context.dataFolder, 'password');
  writeFileSync(passwordFile, postgresPassword, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const args = [
    '-D',
    data,
    '-U',
    postgresUser,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await runTool(join(bin, 'initdb'), args, {
    logFile: context.logFile,
    signal: context.signal,
    env: { PATH: process.env['PATH'] },
    user,
    failure: 'initdb of Postgres failed',
    suggestion: 'Read the log. Usually the disk is full, or Postgres may not enter the folder.',
  });
  rmSync(passwordFile);
  chmodSync(data, 0o700);
}

/** Whether this Postgres has the extension pg_stat_statements. */
function hasStatements(bin: string): boolean {
  return extensionFolders(bin).some((folder) => existsSync(join(folder, 'pg_stat_statements.control')));
}

/** The folders that may contain the extensions of the Postgres whose programs are in `bin`. */
export function extensionFolders(bin: string): string[] {
  const home = dirname(bin);
  const major = /\d+$/.exec(home)?.[0] ?? '';
  const debian = home.startsWith('/usr/lib/postgresql/') ? [`/usr/share/postgresql/${major}/extension`] : [];
  const share = join(home, 'share');
  const nested = existsSync(share) ? readdirSync(share).filter((name) => name.startsWith('postgresql')) : [];
  return [...debian, join(share, 'extension'), ...nested.map((name) => join(share, name, 'extension'))];
}

/**
 * Resolves if the database of the URL answers `select 1`. Creates that database if the server has none. @throws if not
 */
export async function probePostgres(url: string): Promise<void> {
  try {
    await query(url, 'select 1');
  } catch (error) {
    if (codeOf(error) !== unknownDatabase) throw error;
    const admin = new URL(url);
    const name = decodeURIComponent(admin.pathname.slice(1)).replaceAll('"', '""');
    admin.pathname = `/${adminDatabase}`;
    await query(admin.href, `create database "${name}"`).catch((reason: unknown) => {
      if (codeOf(reason) !== duplicateDatabase)
        throw new Failure(`Postgres has no database ${name}, and creating it failed.`, {
          suggestion: 'Create it by hand, or set DATABASE_URL to a role that may create databases.',
          cause: reason,
        });
    });
    await query(url, 'select 1');
  }
}

async function query(url: string, text: string): Promise<void> {
  const { default: connect } = await import('postgres');
  const sql = connect(url, { max: 1, connect_timeout: 3, onnotice: () => {}, backoff: () => 0 });
  try {
    await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
