import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { download, eitherWay, installOnce, type InstallContext, runTool, says, which } from './tools.ts';

const version = '1.9.3';
const module = `github.com/fullstorydev/grpcurl/cmd/grpcurl@v${version}`;
const installSuggestion = 'Install it from https://github.com/fullstorydev/grpcurl and put it on PATH.';

/**
 * The path of a `grpcurl`: the one on PATH, or the pinned one in the tool cache, which is put there first if need be:
 * the official release, or else built from its source with Go. @throws Failure where neither can be had
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
  const archive = join(aside, 'grpcurl.tar.gz');
  const name = `v${version}/grpcurl_${version}_${system}_${arch}.tar.gz`;
  await download(`https://github.com/fullstorydev/grpcurl/releases/download/${name}`, archive, context);
  await runTool('tar', ['-xzf', archive, '-C', aside, 'grpcurl'], {
    logFile: context.logFile,
    signal: context.signal,
    failure: 'grpcurl could not be unpacked',
    suggestion: 'Is the disk full?',
  });
}

async function fromSource(aside: string, context: InstallContext): Promise<void> {
  const go = which('go', ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (go === undefined)
    throw new Failure('github.com does not answer, and Go is not here to build grpcurl.', {
      suggestion: installSuggestion,
    });
  context.progress('Building grpcurl from source (once)');
  await runTool(go, ['install', module], {
    logFile: context.logFile,
    signal: context.signal,
    cwd: aside,
    env: { ...process.env, GOBIN: aside },
    failure: 'grpcurl could not be built',
    suggestion: installSuggestion,
  });
}
