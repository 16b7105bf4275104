/** What the driver needs from each language, and how programs are run and packages kept. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../deploy/dev/bootstrap/paths.mjs';

type Env = Readonly<Record<string, string>>;

export interface Client {
  readonly name: string;
  /** Buys something. @throws Error with the output of the program */
  readonly buy: (env: Env) => void;
}

interface Workplace {
  readonly root: string;
  /** An empty folder for generated code. */
  readonly folder: string;
  /** The file of the OpenAPI document, as the platform serves it. */
  readonly openapi: string;
}

export interface Language {
  /** The tool that is missing, in words; undefined if all are there. */
  readonly missing: () => string | undefined;
  /** Generates and compiles the clients. @throws Error with the output of the generator or compiler */
  readonly prepare: (workplace: Workplace) => readonly Client[];
}

/** @throws Error with the program's output if it fails */
export function run(program: string, args: readonly string[], options: { cwd: string; env?: Env }): void {
  const env = { ...process.env, ...options.env };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: options.cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    timeout: 600_000,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}${error?.message ?? ''}`);
}

/** Whether a program answers with these arguments. */
export function answers(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

/**
 * The packages of a client, in a folder of the tool cache: one for each content of the file that pins them.
 * @param install fills the folder, which contains a copy of the file
 */
export function packages(name: string, pins: string, install: (folder: string) => void): string {
  const hash = createHash('sha256').update(readFileSync(pins)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `client-${name}-${hash}`);
  const mark = join(folder, 'complete');
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(pins, join(folder, pins.split('/').at(-1) ?? ''));
  install(folder);
  writeFileSync(mark, '');
  return folder;
}
