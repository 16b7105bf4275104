import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { eitherWay, goFor, installOnce, type InstallContext, runTool, says, unpackDownload } from './tools.ts';

/** The version in docker-compose.yml and deploy/k8s. `npm run verify` checks that they are equal. */
export const temporalServerVersion = '1.29.1';
const module = 'go.temporal.io/server';
const releasesUrl = 'https://github.com/temporalio/temporal/releases/download';
const serverPrograms = ['temporal-server', 'temporal-sql-tool'] as const;

/**
 * The folder in the tool cache with `temporal-server` and `temporal-sql-tool`, in the version of the production images.
 * If it is not there, the programs are downloaded, or built with Go if the download fails.
 * @throws Failure if neither works
 */
export async function temporalServer(context: InstallContext): Promise<string> {
  const folder = join(cacheFolder(), `temporal-server-${temporalServerVersion}`);
  const install = eitherWay(fromRelease, fromSource);
  await installOnce(folder, isComplete, (aside) => install(aside, context), context);
  return folder;
}

async function isComplete(folder: string): Promise<boolean> {
  const answers = await Promise.all(serverPrograms.map((name) => says(join(folder, name), '--version')));
  return answers.every((answer) => answer?.includes(`version ${temporalServerVersion}`) === true);
}

async function fromRelease(aside: string, context: InstallContext): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const archive = `temporal_${temporalServerVersion}_${process.platform}_${arch}.tar.gz`;
  const url = `${releasesUrl}/v${temporalServerVersion}/${archive}`;
  await unpackDownload(url, aside, { name: "Temporal's server", members: serverPrograms }, context);
}

async function fromSource(aside: string, context: InstallContext): Promise<void> {
  const folder = aside.replace(/\.new-\d+$/, '');
  const suggestion = `Put the programs of ${releasesUrl}/v${temporalServerVersion} into ${folder}.`;
  const go = goFor("Temporal's server", { source: 'github.com', suggestion });
  context.progress("Building Temporal's server from source (several minutes, only the first time)");
  const built = join(aside, 'built');
  mkdirSync(built);
  const tool = (...args: readonly string[]) =>
    runTool(go, args, {
      logFile: context.logFile,
      signal: context.signal,
      cwd: aside,
      env: { ...process.env, GOFLAGS: '-mod=mod' },
      failure: "Temporal's server could not be built",
      suggestion,
    });
  // `go install` of a version accepts no -o and would name the programs `server` and `sql`. So they are built in a
  // module and renamed.
  await tool('mod', 'init', 'installation');
  await tool('get', `${module}@v${temporalServerVersion}`);
  await tool('build', '-o', `${built}/`, `${module}/cmd/server`, `${module}/cmd/tools/sql`);
  renameSync(join(built, 'server'), join(aside, 'temporal-server'));
  renameSync(join(built, 'sql'), join(aside, 'temporal-sql-tool'));
}
