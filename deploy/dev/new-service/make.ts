import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { spawnGuarded } from '../bootstrap/guard.mjs';
import type { Plan } from './plan.ts';

/** A program that a new service needs to be run, and what a person types for the same. */
export interface Step {
  readonly title: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly byHand: string;
}

/** In this order: what is formatted last is all that was made. */
export function stepsOf({ names: { name }, created, edited }: Plan): readonly Step[] {
  const files = [...created.keys(), ...edited.keys()];
  return [
    { title: 'code from the contract', command: ['node', 'proto/generate.ts'], byHand: 'npm run generate' },
    {
      title: 'the first migration',
      command: ['node', 'drizzle/generate.ts', '--name=initial', name],
      byHand: `npm run db:generate -- --name=initial ${name}`,
    },
    { title: 'ConfigMaps', command: ['node', 'deploy/k8s/generate.ts'], byHand: 'npm run k8s:generate' },
    {
      title: 'format',
      command: ['prettier', '--write', '--log-level=warn', '--ignore-unknown', ...files],
      byHand: 'npm run format',
    },
  ];
}

/** Writes all of a plan, or nothing. @throws Failure */
export function write(root: string, { created, edited }: Plan): void {
  const undo: (() => void)[] = [];
  try {
    for (const [file, text] of edited) {
      const path = join(root, file);
      const before = readFileSync(path, 'utf8');
      undo.push(() => writeFileSync(path, before));
      writeFileSync(path, text);
    }
    for (const [file, text] of created) {
      const path = join(root, file);
      const made = mkdirSync(dirname(path), { recursive: true });
      undo.push(() => rmSync(made ?? path, { recursive: true, force: true }));
      writeFileSync(path, text, { flag: 'wx' });
    }
  } catch (cause) {
    for (const back of undo.toReversed()) back();
    throw new Failure(`The files could not be written, and none was changed: ${String(cause)}`, {
      cause,
      suggestion: 'check the rights and the free space of this folder, and run this again.',
    });
  }
}

export interface RunOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onStep: (title: string) => void;
}

/** Runs each step. @throws Failure that says which are left to do */
export async function runSteps(steps: readonly Step[], { root, env, signal, onStep }: RunOptions): Promise<void> {
  for (const [index, { title, command, byHand }] of steps.entries()) {
    onStep(title);
    const { code, output } = await runQuietly(command, { root, env, signal });
    if (code === 0) continue;
    const logFile = join(root, '.state', 'new-service.log');
    mkdirSync(dirname(logFile), { recursive: true });
    writeFileSync(logFile, output);
    const rest = steps.slice(index).map((step) => step.byHand);
    throw new Failure(`All files are written, but this step failed: ${title} (${byHand}).`, {
      logFile,
      suggestion: `mend what it says, then run ${rest.join(' && ')}. To take everything back, use git: see git status.`,
    });
  }
}

function runQuietly(
  [program, ...args]: readonly [string, ...string[]],
  { root, env, signal }: Omit<RunOptions, 'onStep'>,
): Promise<{ code: number; output: string }> {
  // As npm has it: programs of packages are found by their names.
  const path = [dirname(process.execPath), join(root, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter);
  const child = spawnGuarded(program, args, {
    cwd: root,
    env: { ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: `${program}: ${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
