import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The programs of a test's separate platform. Each has a log in the platform's folder. */
export interface Programs {
  readonly start: (name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv) => void;
  /** True if it runs, false if it was not started. @throws Error with the end of its log if it has ended by itself */
  readonly lives: (name: string) => boolean;
  /** Sends SIGKILL. Resolves when the program has ended. */
  readonly kill: (name: string) => Promise<void>;
  /** Sends SIGKILL to all programs at once, as in a disaster. */
  readonly killAll: () => Promise<void>;
  /** The file with a program's output. */
  readonly log: (name: string) => string;
}

export function createPrograms(folder: string): Programs {
  const children = new Map<string, ChildProcess>();
  const log = (name: string) => join(folder, `${name}.log`);

  async function kill(name: string): Promise<void> {
    const child = children.get(name);
    children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  return {
    start(name, program, args, env) {
      const output = openSync(log(name), 'a');
      children.set(name, spawn(program, args, { cwd: root, env, stdio: ['ignore', output, output] }));
      closeSync(output);
    },
    lives(name) {
      const child = children.get(name);
      if (child === undefined) return false;
      if (child.exitCode === null && child.signalCode === null) return true;
      const said = readFileSync(log(name), 'utf8').slice(-2000);
      throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}: ${said}`);
    },
    kill,
    killAll: async () => {
      await Promise.all([...children.keys()].map(kill));
    },
    log,
  };
}

/** Runs a program or script to its end. Gives its output. @throws Error with the output if it fails */
export async function runToEnd(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
