import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Env, PartContext, Prepared, Way } from '../supervisor/part.ts';
import type { Refusal } from './sources.ts';
import { runTool, which } from './tools.ts';

/** A running engine answers at once. Without one, the command may hang, so it gets only this time. */
const engineWithinMs = 3000;

export interface ComposeService {
  /** The name of the container in docker-compose.yml. */
  readonly service: string;
  /** Values for the variables of docker-compose.yml, mainly the ports on this machine. */
  readonly ports: Env;
  /** The volume with its data, if it has one. */
  readonly volume?: string;
  /** Arguments that replace the command in docker-compose.yml. */
  readonly args?: readonly string[];
}

/** The way to run a part with Docker Compose from docker-compose.yml; a refusal if no engine answers. */
export async function fromCompose(
  part: string,
  service: ComposeService,
  way: Pick<Way, 'probe' | 'env' | 'urls'>,
  context: PartContext,
): Promise<Way | Refusal> {
  const program = which('docker');
  const fix = 'Start Docker, and install its Compose plugin.';
  if (program === undefined) return { reason: 'Docker is not on this machine', fix };
  const version = await engineVersion(program);
  if (version === undefined) return { reason: 'no Docker engine answers, or its Compose plugin is missing', fix };
  const prepareIt = () => prepare({ program, part, version }, service, context);
  return { ...way, from: 'docker compose', listensElsewhere: true, prepare: prepareIt };
}

/** The version of the engine; undefined if none answers in time or the Compose plugin is missing. */
async function engineVersion(program: string): Promise<string | undefined> {
  const ask = async (...args: string[]) =>
    (await promisify(execFile)(program, args, { timeout: engineWithinMs, killSignal: 'SIGKILL' })).stdout.trim();
  try {
    const [engine] = await Promise.all([ask('info', '--format', '{{.ServerVersion}}'), ask('compose', 'version')]);
    return engine === '' ? undefined : `engine ${engine}`;
  } catch {
    return undefined;
  }
}

interface Docker {
  readonly program: string;
  readonly part: string;
  readonly version: string;
}

async function prepare({ program, part, version }: Docker, service: ComposeService, context: PartContext) {
  const { root, dataFolder, logFile, signal } = context;
  const project = projectOf(context);
  const name = `${project}-${part}`;
  const env: NodeJS.ProcessEnv = { ...process.env, ...service.ports };
  const compose = ['compose', '--project-name', project, '--file', join(root, 'docker-compose.yml')];
  const run = (args: readonly string[], suggestion: string) =>
    runTool(program, args, { logFile, signal, env, cwd: root, failure: `docker ${args[0]} failed`, suggestion });
  context.progress('Pulling its image');
  await run(
    [...compose, 'pull', '--policy', 'missing', service.service],
    'Check that this machine can reach the image registry.',
  );
  // The container of a launcher that was killed may still exist.
  await run(['rm', '--force', name], `Read the log, then remove the container: docker rm --force ${name}`);
  const mark = join(dataFolder, 'volume');
  if (service.volume !== undefined && !existsSync(mark)) {
    await run(
      ['volume', 'rm', '--force', `${project}_${service.volume}`],
      'Remove other containers that use this volume.',
    );
  }
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(mark, service.volume ?? '');
  const once = ['run', '--rm', '--no-deps', '--no-TTY', '--service-ports', '--name', name, service.service];
  const launch = { program, args: [...compose, ...once, ...(service.args ?? [])], cwd: root, env };
  return { launch: { ...launch, stopSignal: 'SIGTERM', graceSeconds: 30 }, version } satisfies Prepared;
}

/** The name of the Compose project. Like the data of a stack, it depends on the checkout and the profile. */
function projectOf({ root, profile }: PartContext): string {
  return `ecommerce-${createHash('sha256').update(root).digest('hex').slice(0, 8)}-${profile}`;
}
