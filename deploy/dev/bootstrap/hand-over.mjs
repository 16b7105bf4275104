// Starts main.ts on Node 24 and stays its parent: signals go down, the exit code comes up.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describeProcess, identityOf, isSameProcess } from './identity.mjs';
import { cacheFolder, root } from './paths.mjs';

const npmCheckMs = 1000;
const mostAncestors = 3;
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Runs the launcher and gives its exit code. */
export function handOver(node, args) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const program = join(root, 'deploy', 'dev', 'main.ts');
  const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
  // In a session of its own, so that a terminal's Ctrl-C reaches it once, through us. The fourth stream is a
  // lifeline: it closes when this process dies, even by kill -9, and main.ts then stops everything.
  const child = spawn(node, [...flags, program, ...args], {
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

// Node keeps what it made of each source file, so that every later start is faster.
function compileCache() {
  return { NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache') };
}

// npm killed with -9 can't pass anything on, and the shell between it and us notices nothing.
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
