import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Ended {
  readonly code: number;
  /** Both of its streams. */
  readonly output: string;
}

/** Runs a command of the launcher in a checkout, as `npm run` does. */
export function launch(folder: string, command: string, ...args: readonly string[]): Promise<Ended> {
  return runIn(folder, process.execPath, 'deploy/dev/bootstrap.mjs', command, ...args);
}

/** Checks that ask git for the files find those of the copy. */
export async function makeRepository(folder: string): Promise<void> {
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
  ]) {
    const { code, output } = await runIn(folder, 'git', ...args);
    if (code !== 0) throw new Error(output);
  }
}

/** Runs a program in a checkout to its end. */
export function runIn(folder: string, program: string, ...args: readonly string[]): Promise<Ended> {
  const options = { cwd: folder, timeout: 300_000, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : Number(error !== null), output: stdout + stderr }),
    );
  });
}

/** A hash of every file and its path. */
export async function stateOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = globSync('**/*', { cwd: folder, exclude: ['node_modules', '.git', '.state', 'proto/deps'] });
  for (const file of files.sort()) {
    const path = join(folder, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex');
}
