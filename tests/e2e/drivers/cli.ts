import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** Runs the CLI as an operator does. Gives the exit code and everything that was printed. */
export function cli(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return cliWith({}, ...args);
}

/** The same with other settings. */
export async function cliWith(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ code: number; output: string }> {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args];
  try {
    const { stdout } = await run(process.execPath, node, { cwd: root, env: { ...process.env, ...settings } });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** Runs the CLI, and tells what it prints for pipes from what it says beside it. @throws Error if the command fails */
export async function cliApart(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args];
  return run(process.execPath, node, { cwd: root, env: process.env });
}

/** Runs the CLI with `--json` and parses the output. @throws Error with the output if the command fails */
export async function cliJson<T>(...args: readonly string[]): Promise<T> {
  const { code, output } = await cli('--json', ...args);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output) as T;
}
