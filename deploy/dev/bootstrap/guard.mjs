// Starts programs so that they cannot outlive this process, not even when it is killed with -9.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // nobody left in it
  }
}
