// Starts programs that cannot outlive this process, even if it is killed with kill -9.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pollMs = 5;
const longestWaitMs = 1000;

let watchdog;

/** Sends a line to the watchdog, which ends process groups when this process ends. The first call starts it. */
function tell(line) {
  if (watchdog === undefined) {
    const script = fileURLToPath(new URL('watchdog.sh', import.meta.url));
    watchdog = spawn('/bin/sh', [script], { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
    watchdog.on('error', () => {});
    watchdog.stdin.on('error', () => {});
    watchdog.unref();
    watchdog.stdin.unref?.();
  }
  watchdog.stdin.write(`${line}\n`);
}

/** Like child_process.spawn, but in a new process group, which the watchdog guards until the leader has ended. */
export function spawnGuarded(program, args, { stopSignal = 'SIGTERM', graceSeconds = 5, ...options } = {}) {
  const child = spawn(program, args, { ...options, detached: true });
  const group = child.pid;
  if (group === undefined) return child;
  tell(`add ${group} ${stopSignal.replace(/^SIG/, '')} ${graceSeconds}`);
  child.once('exit', () => {
    killGroup(group);
    tell(`del ${group}`);
  });
  return child;
}

/** Kills all processes that are left in a process group. */
export function killGroup(group) {
  if (group <= 1) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // the group is empty
  }
}

/**
 * Resolves when no process of a killed group is alive, which takes the kernel a moment. Gives up after a second,
 * because a process may hang in the kernel.
 */
export async function groupGone(group) {
  for (let waited = 0; waited < longestWaitMs && hasMembers(group); waited += pollMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function hasMembers(group) {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || readdirSync('/proc').some((pid) => isLiveMember(pid, group));
}

// A signal also reaches a zombie, which has ended but was not yet reaped by its parent. Only /proc tells the
// difference.
function isLiveMember(pid, group) {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , memberOf] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(memberOf) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
