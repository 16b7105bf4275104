import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

/**
 * Runs the command line at a terminal of util-linux's `script`, where somebody types `typed`. Gives the exit code and
 * what the terminal shows.
 */
export async function atTerminal(
  typed: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<{ code: number; output: string }> {
  const words = [process.execPath, '--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args];
  const command = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A person's terminal stays open. What is typed may end it: Ctrl-D is \u0004.
  child.stdin.write(typed);
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  return { code, output: output.replaceAll('\r\n', '\n') };
}
