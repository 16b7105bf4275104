import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What an operator's shell gets: the exit code, and what was printed. */
export async function cli(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args];
  try {
    const { stdout } = await run(process.execPath, node, { cwd: root });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** The same for machines. @throws what was printed, if the command failed */
export async function cliJson<T>(...args: readonly string[]): Promise<T> {
  const { code, output } = await cli('--json', ...args);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output) as T;
}
