// Runs a program as one step of the start: its output goes to a log, and the terminal shows one line with the elapsed
// time.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './failure.mjs';
import { spawnGuarded } from './guard.mjs';

const redrawMs = 120;

/** Shows `title` with the elapsed time while `work` runs. On a terminal the line is redrawn in place. */
export async function showing(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)}s`;
  const terminal = process.stderr.isTTY === true;
  const draw = (mark) => process.stderr.write(`\r\x1b[2K${mark} ${title}  ${seconds()}`);
  const timer = terminal ? setInterval(() => draw('·'), redrawMs) : undefined;
  if (!terminal) process.stderr.write(`· ${title}\n`);
  try {
    const result = await work();
    process.stderr.write(terminal ? `\r\x1b[2K✓ ${title}  ${seconds()}\n` : `✓ ${title} (${seconds()})\n`);
    return result;
  } catch (error) {
    if (terminal) process.stderr.write(`\r\x1b[2K✗ ${title}  ${seconds()}\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program and waits for its end. It cannot outlive this process. Throws a Failure if it fails. */
export async function runLogged(command, args, { logFile, env, cwd, failure, suggestion }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawnGuarded(command, args, { cwd, env, stdio: ['ignore', log, log] });
  closeSync(log);
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  try {
    const { code, signal } = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve({ code, signal }));
    });
    if (code !== 0) throw new Failure(`${failure} (${signal ?? `exit code ${code}`}).`, { logFile, suggestion });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${failure}: ${error.message}.`, { suggestion, cause: error });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
