/** What builds images and runs containers: an engine, or buildah alone where none answers. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What an image says of itself. */
export interface ImageFacts {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly env: readonly string[];
  readonly mebibytes: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of this machine, by where the container has them; it can't write there. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** How a command in a container ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

export interface Container {
  readonly exec: (command: readonly string[]) => Promise<Outcome>;
  /** SIGTERM to the process with number 1; how it ended and after how many seconds. Killed after 60. */
  readonly stop: () => Promise<Outcome & { readonly seconds: number }>;
}

/**
 * Containers of one image on this machine's own network, as the image's user, on a root that can't be written, with
 * nothing but /tmp to write to and no more rights than any process has.
 */
export interface Engine {
  readonly name: string;
  readonly build: (tag: string) => void;
  readonly facts: (tag: string) => ImageFacts;
  /** To its end. */
  readonly run: (tag: string, command: readonly string[], options?: RunOptions) => Promise<Outcome>;
  readonly start: (tag: string, command: readonly string[], options?: RunOptions) => Promise<Container>;
  /** Ends and removes what is left. */
  readonly close: () => void;
}

/** A program's standard output. @throws with all it said if it fails */
export function say(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status === 0) return stdout.trim();
  throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${error?.message ?? `${stdout}${stderr}`.slice(-3000)}`);
}

/** Runs with its output shown. @throws if it fails */
export function show(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? status}`);
}

/** A child whose output is kept; its outcome comes at its end. */
export function keep(program: string, args: readonly string[], env = process.env) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = outcomeOf(child, () => output);
  return { child, ended };
}

async function outcomeOf(child: ChildProcess, output: () => string): Promise<Outcome> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code: code ?? 128, output: `${output()}${signal === null ? '' : `\nended by ${signal}`}` };
}
