import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { eitherWay, goFor, installOnce, type InstallContext, runTool, says, unpackDownload, which } from './tools.ts';

const version = '1.9.3';
const module = `github.com/fullstorydev/grpcurl/cmd/grpcurl@v${version}`;
const installSuggestion = 'Install it from https://github.com/fullstorydev/grpcurl and put it on PATH.';

/**
 * The path of a `grpcurl`: the one on PATH, else the pinned one in the tool cache. If it is not there, it is
 * downloaded, or built with Go if the download fails.
 * @throws Failure if neither works
 */
export async function grpcurl(context: InstallContext): Promise<string> {
  const onPath = which('grpcurl', ['/opt/homebrew/bin', '/usr/local/bin']);
  if (onPath !== undefined) return onPath;
  const folder = join(cacheFolder(), `grpcurl-${version}`);
  const answers = async (at: string) => /^grpcurl /m.test((await says(join(at, 'grpcurl'), '--version')) ?? '');
  const install = eitherWay(fromRelease, fromSource);
  await installOnce(folder, answers, (aside) => install(aside, context), context);
  return join(folder, 'grpcurl');
}

async function fromRelease(aside: string, context: InstallContext): Promise<void> {
  const system = process.platform === 'darwin' ? 'osx' : process.platform;
  const arch = process.arch === 'x64' ? 'x86_64' : process.arch;
  const path = `v${version}/grpcurl_${version}_${system}_${arch}.tar.gz`;
  const url = `https://github.com/fullstorydev/grpcurl/releases/download/${path}`;
  await unpackDownload(url, aside, { name: 'grpcurl', members: ['grpcurl'] }, context);
}

async function fromSource(aside: string, context: InstallContext): Promise<void> {
  const go = goFor('grpcurl', { source: 'github.com', suggestion: installSuggestion });
  context.progress('Building grpcurl from source (only the first time)');
  await runTool(go, ['install', module], {
    logFile: context.logFile,
    signal: context.signal,
    cwd: aside,
    env: { ...process.env, GOBIN: aside },
    failure: 'grpcurl could not be built',
    suggestion: installSuggestion,
  });
}
