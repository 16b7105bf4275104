import { execFile } from 'node:child_process';
import { accessSync, closeSync, constants, createWriteStream, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { spawnGuarded } from '../bootstrap/guard.mjs';
import { Failure } from '../bootstrap/failure.mjs';
import { lock } from '../bootstrap/lock.mjs';
import type { Launch, PartContext } from '../supervisor/part.ts';

const versionTimeoutMs = 20_000;
const connectTimeoutMs = 8000;
const mebibyte = 1024 * 1024;

/** The path of a program on PATH or in one of the given folders; undefined if it is in none of them. */
export function which(program: string, folders: readonly string[] = []): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...path, ...folders].map((folder) => join(folder, program)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a program prints with these arguments, on both outputs together; undefined if it cannot be run or fails. */
export async function says(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: versionTimeoutMs, cwd: '/' });
    return `${stdout}${stderr}`.trim();
  } catch {
    return undefined;
  }
}

/** The part of the context that an installer needs. */
export type InstallContext = Pick<PartContext, 'logFile' | 'progress' | 'signal'>;

/** Whether a version such as `7.4.2` comes before another one. */
export function isOlder(version: string, [major, minor]: readonly [major: number, minor: number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

export interface RunOptions {
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: Launch['user'] | undefined;
  /** What failed, without a full stop, for the user. */
  readonly failure: string;
  /** What the user can do about it. */
  readonly suggestion: string;
}

/**
 * Runs a program, for example an installer, and waits for its end. Its output goes to a log. @throws Failure if it
 * fails
 */
export async function runTool(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  options.signal.throwIfAborted();
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const child = spawnGuarded(program, args, {
    cwd: options.cwd ?? '/',
    env: options.env ?? process.env,
    stdio: ['ignore', log, log],
    ...options.user,
  });
  closeSync(log);
  const abort = () => child.kill('SIGTERM');
  options.signal.addEventListener('abort', abort, { once: true });
  const ending = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  options.signal.removeEventListener('abort', abort);
  options.signal.throwIfAborted();
  if (ending === undefined) return;
  throw new Failure(`${options.failure} (${ending}).`, { logFile: options.logFile, suggestion: options.suggestion });
}

/**
 * Fills a folder of the tool cache unless it is complete, as `isComplete` tells. `fill` works in a temporary folder,
 * which is renamed when it is complete. A lock keeps several launchers from doing it at once.
 */
export async function installOnce(
  folder: string,
  isComplete: (folder: string) => Promise<boolean>,
  fill: (aside: string) => Promise<void>,
  context: InstallContext,
): Promise<void> {
  if (await isComplete(folder)) return;
  const release = await lock(`${folder}.lock`, ({ pid }) =>
    context.progress(`Waiting for pid ${pid}, which is installing it`),
  );
  const aside = `${folder}.new-${process.pid}`;
  try {
    if (await isComplete(folder)) return;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { recursive: true });
    await fill(aside);
    if (!(await isComplete(aside)))
      throw new Error('the program was installed, but does not run on this machine: install it by hand');
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
    release();
  }
}

/** Downloads a file. Waits at most 8 s for the answer; the download itself has no time limit. @throws Error */
async function download(url: string, file: string, context: InstallContext): Promise<void> {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(new Error(`${url} does not answer`)), connectTimeoutMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([context.signal, connecting.signal]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw new Error(`${url} answers ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    await pipeline(Readable.fromWeb(response.body), meter(total, context), createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads a .tar.gz and unpacks it into a folder.
 * @param name the name of the program, for the error
 * @param members further arguments of tar: the members to unpack, or options; default all members
 */
export async function unpackDownload(
  url: string,
  folder: string,
  { name, members = [] }: { readonly name: string; readonly members?: readonly string[] },
  context: InstallContext,
): Promise<void> {
  const archive = join(folder, 'download.tar.gz');
  await download(url, archive, context);
  await runTool('tar', ['-xzf', archive, '-C', folder, ...members], {
    logFile: context.logFile,
    signal: context.signal,
    failure: `${name} could not be unpacked`,
    suggestion: 'Check whether the disk is full.',
  });
  rmSync(archive);
}

/** The path of `go`, to build a program whose download failed. @throws Failure if there is none */
export function goFor(name: string, { source, suggestion }: { readonly source: string; readonly suggestion: string }) {
  const go = which('go', ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (go !== undefined) return go;
  throw new Failure(`${name} could not be downloaded from ${source}, and Go is not installed to build it.`, {
    suggestion,
  });
}

function meter(total: number, context: InstallContext): Transform {
  let bytes = 0;
  let shown = -1;
  const all = total > 0 ? ` of ${Math.round(total / mebibyte)}` : '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      const step = Math.floor(bytes / (10 * mebibyte));
      if (step !== shown) context.progress(`Downloading ${Math.round(bytes / mebibyte)}${all} MB`);
      shown = step;
      done(null, chunk);
    },
  });
}

type Install<Context> = (folder: string, context: Context) => Promise<void>;

/** Tries the first way to install, and if it fails the second. If the start was aborted meanwhile, neither goes on. */
export function eitherWay<Context extends InstallContext>(
  usual: Install<Context>,
  other: Install<Context>,
): Install<Context> {
  return async (folder, context) => {
    try {
      await usual(folder, context);
    } catch {
      context.signal.throwIfAborted();
      await other(folder, context);
    }
  };
}
