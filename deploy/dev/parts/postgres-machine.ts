import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { extensionFolders, type PostgresPrograms } from './postgres-server.ts';
import type { Refusal } from './sources.ts';
import { isExecutable, says, which } from './tools.ts';

const oldestMajor = 15;
const neededExtensions = ['pg_trgm', 'unaccent'];

/**
 * The newest Postgres on this machine, of version 15 or newer, with the extensions that the search of the catalog
 * needs.
 */
export async function postgresOnMachine(): Promise<PostgresPrograms | Refusal> {
  const reasons: string[] = [];
  for (const bin of candidates()) {
    const version = /\d+(\.\d+)?/.exec((await says(join(bin, 'postgres'), '--version')) ?? '')?.[0];
    const missing = neededExtensions.filter((name) => !hasExtension(bin, name));
    if (version === undefined) reasons.push(`${bin}/postgres does not run`);
    else if (Number.parseInt(version, 10) < oldestMajor)
      reasons.push(`${bin} has Postgres ${version}, which is too old`);
    else if (missing.length > 0) reasons.push(`${bin} lacks the extensions ${missing.join(', ')}`);
    else return { from: `found ${bin}`, make: async () => ({ bin, version }) };
  }
  return {
    reason: reasons.length === 0 ? 'Postgres is not on this machine' : reasons.join('; '),
    fix: `Install Postgres ${oldestMajor} or newer with its contrib modules.`,
  };
}

function candidates(): string[] {
  const onPath = which('postgres');
  const versioned = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/usr'].flatMap((folder) =>
    list(folder)
      .filter((name) => folder === '/usr/lib/postgresql' || /^(postgresql@|pgsql-)\d+$/.test(name))
      .sort((a, b) => majorOf(b) - majorOf(a))
      .map((name) => join(folder, name, 'bin')),
  );
  const all = [...(onPath === undefined ? [] : [dirname(realpathSync(onPath))]), ...versioned];
  return [...new Set(all)].filter((bin) => isExecutable(join(bin, 'postgres')) && isExecutable(join(bin, 'initdb')));
}

function hasExtension(bin: string, name: string): boolean {
  return extensionFolders(bin).some((folder) => existsSync(join(folder, `${name}.control`)));
}

function majorOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0);
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
