// Runs `npm ci` when node_modules is not what package-lock.json says, and only then.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { lock } from './lock.mjs';
import { npmCommand } from './npm.mjs';
import { root } from './paths.mjs';
import { runLogged, showing } from './step.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.ecommerce-lock-hash');
const lockFile = join(root, 'package-lock.json');

/** Brings node_modules up to date with package-lock.json. Two launchers never do so at once. */
export async function ensurePackages(node) {
  if (isStamped() || isInstalled()) return;
  const state = join(root, '.state');
  mkdirSync(state, { recursive: true });
  await showing('npm packages  Installing', async () => {
    const release = await lock(join(state, 'npm-ci.lock'), ({ pid }) =>
      process.stderr.write(`  another launcher (pid ${pid}) is installing them; waiting\n`),
    );
    try {
      if (isStamped()) return;
      const logFile = join(state, 'npm-ci.log');
      await npmCi(node, logFile).catch((error) => {
        throw explained(error, logFile);
      });
      writeFileSync(stamp, wanted());
    } finally {
      release();
    }
  });
}

function npmCi(node, logFile) {
  const { command, args, env } = npmCommand(node, ['ci', '--no-audit', '--no-fund']);
  return runLogged(command, args, {
    // A development install, whatever the caller's shell says about production.
    env: { ...env, NODE_ENV: 'development' },
    cwd: root,
    logFile,
    failure: 'The npm packages could not be installed',
    suggestion: 'Check the network and the registry (`npm ping`), then run this again.',
  });
}

// npm ends with two pages of usage where the two files disagree; the reason stands before them.
function explained(error, logFile) {
  if (!existsSync(logFile) || !readFileSync(logFile, 'utf8').includes('code EUSAGE')) return error;
  return new Failure(`package.json and package-lock.json do not agree. Log: ${logFile}`, {
    suggestion: 'Run `npm install`, and commit package-lock.json.',
    cause: error,
  });
}

function wanted() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

function isStamped() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

// `npm install <package>` by hand leaves no stamp: what npm notes in node_modules is compared before all is redone.
function isInstalled() {
  try {
    const want = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
    const have = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    for (const [path, { version, optional }] of Object.entries(want)) {
      if (path === '' || (optional === true && have[path] === undefined)) continue;
      if (have[path]?.version !== version) return false;
    }
    writeFileSync(stamp, wanted());
    return true;
  } catch {
    return false;
  }
}
