import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { eitherWay, goFor, installOnce, type InstallContext, runTool, says, unpackDownload } from './tools.ts';

/** As in docker-compose.yml and deploy/k8s: `npm run verify` holds these against each other. */
export const temporalServerVersion = '1.29.1';
const module = 'go.temporal.io/server';
const releasesUrl = 'https://github.com/temporalio/temporal/releases/download';
const serverPrograms = ['temporal-server', 'temporal-sql-tool'] as const;

/**
 * The folder with `temporal-server` and `temporal-sql-tool`, as the images of production have them: in the tool cache,
 * and put there first if need be, from the official release, or else built from its source with Go.
 * @throws Failure where neither can be had
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
  context.progress("Building Temporal's server from source (several minutes, once)");
  const built = join(aside, 'built');
  mkdirSync(built);
  const tool = (...args: readonly string[]) =>
    runTool(go, args, {
      logFile: context.logFile,
      signal: context.signal,
      cwd: aside,
      env: { ...process.env, GOFLAGS: '-mod=mod' },
      failure: "Temporal's server could not be built",
      suggestion: 'Look at the log.',
    });
  // `go install` of two packages names them after their folders, `server` and `sql`; of a version, it takes no -o.
  await tool('mod', 'init', 'installation');
  await tool('get', `${module}@v${temporalServerVersion}`);
  await tool('build', '-o', `${built}/`, `${module}/cmd/server`, `${module}/cmd/tools/sql`);
  renameSync(join(built, 'server'), join(aside, 'temporal-server'));
  renameSync(join(built, 'sql'), join(aside, 'temporal-sql-tool'));
}
