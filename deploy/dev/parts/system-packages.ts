import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { lock } from '../bootstrap/lock.mjs';
import { type InstallContext, runTool, which } from './tools.ts';

/** Why a system package cannot be installed if the machine has none of the package managers below. */
export const noPackageManager = 'no known package manager (apt, dnf, apk, Homebrew) is on this machine';

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

/** How this machine's package manager installs a package. */
export interface Installer {
  /** The command that the user would type. */
  readonly command: string;
  /** Undefined if this user may not install; then the user has to run the command. */
  readonly install?: (context: InstallContext) => Promise<void>;
}

/** The installer of a system package; undefined if no known package manager is on this machine. */
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
  // Package managers use a lock and fail if another process holds it. With our own lock, two launchers wait instead.
  const release = await lock(join(cacheFolder(), 'system-packages.lock'));
  try {
    for (const args of steps) {
      context.progress(`Installing (${program} ${args[0]})`);
      await runTool(program, args, {
        logFile: context.logFile,
        signal: context.signal,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        failure: `${program} ${args.join(' ')} failed`,
        suggestion: `Run it by hand to see the reason: ${typed}`,
      });
    }
  } finally {
    release();
  }
}
