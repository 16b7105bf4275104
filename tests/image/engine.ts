/** What builds images and runs containers: Docker, podman, or buildah if neither answers. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The configuration and the size of an image. */
export interface ImageFacts {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly env: readonly string[];
  readonly mebibytes: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of this machine by their path in the container, mounted read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** The exit code and the output of a command in a container. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

export interface Container {
  readonly exec: (command: readonly string[]) => Promise<Outcome>;
  /** Sends SIGTERM to process 1. Gives how it ended and after how many seconds. After 60 s it is killed. */
  readonly stop: () => Promise<Outcome & { readonly seconds: number }>;
}

/**
 * Runs containers on this machine's network as the image's user, with a read-only root, a writable /tmp and no special
 * rights.
 */
export interface Engine {
  readonly name: string;
  readonly build: (tag: string) => void;
  readonly facts: (tag: string) => ImageFacts;
  /** Runs a command in a new container to its end. */
  readonly run: (tag: string, command: readonly string[], options?: RunOptions) => Promise<Outcome>;
  readonly start: (tag: string, command: readonly string[], options?: RunOptions) => Promise<Container>;
  /** Ends and removes all containers that are left. */
  readonly close: () => void;
}

/** Runs a program and gives its standard output. @throws Error with its output if it fails */
export function say(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status === 0) return stdout.trim();
  throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${error?.message ?? `${stdout}${stderr}`.slice(-3000)}`);
}

/** Runs a program and shows its output. @throws Error if it fails */
export function show(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? status}`);
}

/** Starts a program and collects its output. `ended` resolves with the outcome. */
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
