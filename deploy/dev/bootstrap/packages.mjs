// Runs `npm ci` if node_modules does not match package-lock.json.
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

/** Makes node_modules match package-lock.json. A lock keeps two launchers from doing it at once. Throws a Failure. */
export async function ensurePackages(node) {
  if (isStamped() || isInstalled()) return;
  const state = join(root, '.state');
  mkdirSync(state, { recursive: true });
  await showing('npm packages  Installing', async () => {
    const release = await lock(join(state, 'npm-ci.lock'), ({ pid }) =>
      process.stderr.write(`  Waiting for another launcher (pid ${pid}), which is installing them\n`),
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
    // With NODE_ENV=production in the caller's shell, npm would leave out the development packages.
    env: { ...env, NODE_ENV: 'development' },
    cwd: root,
    logFile,
    failure: 'The npm packages could not be installed',
    suggestion: 'Check the network and the npm registry (`npm ping`), then run the command again.',
  });
}

// If package.json and package-lock.json differ, npm ends its log with two pages of usage. So the reason is given here.
function explained(error, logFile) {
  if (!existsSync(logFile) || !readFileSync(logFile, 'utf8').includes('code EUSAGE')) return error;
  return new Failure(`The npm packages are not installed: package.json and package-lock.json differ. Log: ${logFile}`, {
    suggestion: 'Run `npm install` and commit package-lock.json.',
    cause: error,
  });
}

function wanted() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

function isStamped() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

// After `npm install <package>` by hand there is no stamp. npm's own list in node_modules then shows whether everything is
// installed.
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
