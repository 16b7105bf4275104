import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { lock } from '../bootstrap/lock.mjs';
import { type InstallContext, runTool, which } from './tools.ts';

/** A package's name in each package manager. */
export interface PackageNames {
  readonly apt: string;
  readonly dnf: string;
  readonly apk: string;
  readonly brew: string;
}

type Manager = keyof PackageNames;

const commandLoaders: Readonly<
  Record<Manager, { program: string; steps: (name: string) => string[][]; needsRoot: boolean }>
> = {
  apt: {
    program: 'apt-get',
    steps: (name) => [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', name],
    ],
    needsRoot: true,
  },
  dnf: { program: 'dnf', steps: (name) => [['install', '-y', name]], needsRoot: true },
  apk: { program: 'apk', steps: (name) => [['add', '--no-cache', name]], needsRoot: true },
  brew: { program: 'brew', steps: (name) => [['install', name]], needsRoot: false },
};

/** What this machine's package manager can do for us, and the command that a person would type. */
export interface Installer {
  readonly command: string;
  /** undefined where this user may not install: the command is then for the person to run. */
  readonly install?: (context: InstallContext) => Promise<void>;
}

/** The installer of a system package; undefined where no known package manager is on the machine. */
export function systemInstaller(names: PackageNames): Installer | undefined {
  const manager = (['apt', 'dnf', 'apk', 'brew'] as const).find(
    (name) => which(commandLoaders[name].program) !== undefined,
  );
  if (manager === undefined) return undefined;
  const { program, steps, needsRoot } = commandLoaders[manager];
  const name = names[manager];
  const isRoot = process.getuid?.() === 0;
  const typed = `${needsRoot && !isRoot ? 'sudo ' : ''}${program} ${(steps(name).at(-1) ?? []).filter((word) => !['-q', '--no-install-recommends'].includes(word)).join(' ')}`;
  if (needsRoot && !isRoot) return { command: typed };
  return { command: typed, install: (context) => runSteps(program, steps(name), typed, context) };
}

async function runSteps(program: string, steps: string[][], typed: string, context: InstallContext): Promise<void> {
  // Package managers take a lock of their own and fail where another one holds it.
  const release = await lock(join(cacheFolder(), 'system-packages.lock'));
  try {
    for (const args of steps) {
      context.progress(`Installing (${program} ${args[0]})`);
      await runTool(program, args, {
        logFile: context.logFile,
        signal: context.signal,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        failure: `${program} ${args.join(' ')} failed`,
        suggestion: `Run it yourself and see why: ${typed}`,
      });
    }
  } finally {
    release();
  }
}
