// Starts programs so that they cannot outlive this process, not even when it is killed with -9.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pollMs = 5;
const longestWaitMs = 1000;

let watchdog;

/** Tells the watchdog, which starts with the first call, to end this process group should this process vanish. */
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

/** Like child_process.spawn, in a process group of its own that is guarded until it is empty. */
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

/** Ends whatever is left of a process group. */
export function killGroup(group) {
  if (group <= 1) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // nobody left in it
  }
}

/**
 * Resolves when nothing lives in a killed group any more, which takes the kernel a moment; after a second at most:
 * a process that hangs in the kernel can't be waited for.
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

// Signals reach the dead that nobody has buried yet, too; only /proc tells them apart.
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
