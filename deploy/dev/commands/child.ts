import { constants } from 'node:os';
import { Failure } from '../bootstrap/failure.mjs';
import { spawnGuarded } from '../bootstrap/guard.mjs';

export interface ForegroundOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs a program with the terminal as its input and output; resolves with its exit code. If the signal aborts, the
 * program is stopped with SIGTERM.
 * @throws Failure if the program cannot be started
 */
export async function runForeground(
  program: string,
  args: readonly string[],
  options: ForegroundOptions,
): Promise<number> {
  const child = spawnGuarded(program, args, { cwd: options.cwd, env: options.env, stdio: 'inherit' });
  const abort = () => child.kill('SIGTERM');
  options.signal.addEventListener('abort', abort, { once: true });
  if (options.signal.aborted) abort();
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(
          new Failure(`${program} could not be started: ${cause.message}.`, {
            cause,
            suggestion: 'Check the name of the program, and that it is installed.',
          }),
        ),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    options.signal.removeEventListener('abort', abort);
  }
}
