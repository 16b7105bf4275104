import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/paths.mjs';
import { endStack } from '../supervisor/attach.ts';
import { deleteData, foldersOf } from '../supervisor/folders.ts';
import { readState } from '../supervisor/state.ts';
import { aliveIn, type FixturePart, makeNotes } from './fixture.ts';

/** The real launcher, started through bootstrap.mjs, with a small topology. */
export interface Launcher {
  readonly process: ChildProcess;
  readonly notes: string;
  readonly stateFile: string;
  output(): string;
  readonly ended: Promise<number | null>;
  /** Stops the stack, ends processes that the test left running, and deletes its files. */
  clear(): Promise<void>;
}

export interface LauncherOptions {
  /** Starts the launcher with `npm run`, as users do. */
  readonly viaNpm?: boolean;
  readonly parts: readonly FixturePart[];
  readonly env?: NodeJS.ProcessEnv;
  /** The name of the stack, to reach one that an earlier launcher of the test has started. Default: a new name. */
  readonly profile?: string;
}

/** Starts `bootstrap.mjs` with these arguments. */
export function launch(
  args: readonly string[],
  { parts, env = {}, profile = `fixture-${randomUUID().slice(0, 8)}`, viaNpm = false }: LauncherOptions,
): Launcher {
  const { folder, notes } = makeNotes();
  const [command, ...start] = viaNpm
    ? ['npm', 'run', args[0] ?? '', '--', ...args.slice(1)]
    : [process.execPath, join(root, 'deploy/dev/bootstrap.mjs'), ...args];
  const child = spawn(command, start, {
    cwd: root,
    env: {
      ...process.env,
      ECOMMERCE_TOPOLOGY: join(import.meta.dirname, 'topology.ts'),
      FIXTURE: JSON.stringify({ profile, notes, parts }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const folders = foldersOf(root, profile);
  return {
    process: child,
    notes,
    stateFile: folders.stateFile,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', resolve)),
    async clear() {
      const state = readState(folders.stateFile);
      if (state !== undefined) await endStack(state);
      for (const pid of aliveIn(notes)) process.kill(pid, 'SIGKILL');
      deleteData(folders);
      for (const gone of [folder, folders.state]) rmSync(gone, { recursive: true, force: true });
    },
  };
}
