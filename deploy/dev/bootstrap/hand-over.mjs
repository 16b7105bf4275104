// Starts main.ts on Node 24 and waits for it: passes signals on to it and returns its exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describeProcess, identityOf, isSameProcess } from './identity.mjs';
import { nodeFlags } from './node-flags.mjs';
import { cacheFolder, root } from './paths.mjs';

const npmCheckMs = 1000;
const mostAncestors = 3;
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Runs main.ts with these arguments and resolves with its exit code. */
export function handOver(node, args) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const program = join(root, 'deploy', 'dev', 'main.ts');
  // main.ts gets its own session, so that Ctrl-C in a terminal reaches it only once, through this process. The fourth
  // stream closes when this process ends, even by kill -9; main.ts then stops everything.
  const child = spawn(node, [...nodeFlags, program, ...args], {
    cwd: process.cwd(),
    env: { ...compileCache(), ...process.env, PATH: path, ECOMMERCE_LIFELINE: '3' },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    detached: true,
  });
  child.stdio[3].on('error', () => {});
  for (const signal of endingSignals) process.on(signal, () => child.kill(signal));
  const stopWatching = watchNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopWatching();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

// Node caches the compiled code of each source file, so that later starts are faster.
function compileCache() {
  return { NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache') };
}

// If npm is killed with kill -9, it passes no signal on, and the shell between npm and this process goes on. So npm is
// watched.
function watchNpm(onGone) {
  const npm = process.env.npm_lifecycle_event === undefined ? undefined : findNpm();
  if (npm === undefined) return () => {};
  const timer = setInterval(() => {
    if (isSameProcess(npm.pid, npm.identity)) return;
    clearInterval(timer);
    onGone();
  }, npmCheckMs);
  return () => clearInterval(timer);
}

function findNpm() {
  let pid = process.ppid;
  for (let step = 0; step < mostAncestors && pid > 1; step++) {
    const found = describeProcess(pid);
    if (found === undefined) return undefined;
    if (/^(npm|pnpm|yarn|bun)\b|\b(npm-cli|pnpm|yarn)\.c?js\b/.test(found.command))
      return { pid, identity: identityOf(pid) };
    pid = found.parent;
  }
  return undefined;
}
