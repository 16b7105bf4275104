import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PartContext } from '../supervisor/part.ts';
import { fromCompose, type ComposeService } from './docker.ts';
import { kafka } from './kafka.ts';
import { temporal } from './temporal.ts';

let folder: string;
const path = process.env['PATH'] ?? '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** Installs a fake `docker` that notes its arguments and REDIS_PORT. `info` is the shell code of `docker info`. */
function installDocker(info: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const notes = join(folder, 'notes');
  const script = `#!/bin/sh\ncase "$1" in info) ${info} ;; esac\necho "$REDIS_PORT $*" >>'${notes}'\n`;
  writeFileSync(join(bin, 'docker'), script);
  chmodSync(join(bin, 'docker'), 0o755);
  process.env['PATH'] = `${bin}${delimiter}${path}`;
}

/** The commands that docker got, without `info` and `compose version`. */
function told(): string[] {
  const notes = join(folder, 'notes');
  if (!existsSync(notes)) return [];
  const lines = readFileSync(notes, 'utf8').trimEnd().split('\n');
  return lines.filter((line) => !/ (?:info|compose version)/.test(line));
}

function context(): PartContext {
  return {
    profile: 'unit',
    root: folder,
    callerEnv: { ECOMMERCE_KAFKA_FROM: 'docker', ECOMMERCE_TEMPORAL_FROM: 'docker' },
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'log'),
    port: () => 4711,
    stackEnv: () => ({}),
    progress: () => {},
    signal: new AbortController().signal,
  };
}

const service: ComposeService = { service: 'redis', volume: 'redis', ports: { REDIS_PORT: '4711' } };
const way = { probe: async () => {}, env: { REDIS_URL: 'redis://127.0.0.1:4711' }, urls: {} };
const find = () => fromCompose('redis', service, way, context());

test('if an engine answers, Compose runs the part with its port and a name that a later start knows', async () => {
  installDocker('echo 28.0.1; exit 0');
  const found = await find();
  if ('reason' in found) throw new Error(found.reason);
  expect([found.from, found.env]).toEqual(['docker compose', way.env]);
  const { launch, version } = await found.prepare();
  expect(version).toBe('engine 28.0.1');
  const project = /--project-name (?<name>\S+)/.exec(told()[0] ?? '')?.groups?.['name'] ?? '';
  expect(project).toMatch(/^ecommerce-[0-9a-f]{8}-unit$/);
  const compose = `compose --project-name ${project} --file ${join(folder, 'docker-compose.yml')}`;
  expect(told()).toEqual([
    `4711 ${compose} pull --policy missing redis`,
    `4711 rm --force ${project}-redis`,
    `4711 volume rm --force ${project}_redis`,
  ]);
  expect(launch?.args.join(' ')).toBe(
    `${compose} run --rm --no-deps --no-TTY --service-ports --name ${project}-redis redis`,
  );
  expect(launch?.env['REDIS_PORT']).toBe('4711');
});

test('a volume is deleted only when the other data of the stack are new, too', async () => {
  installDocker('echo 28.0.1; exit 0');
  for (let start = 1; start <= 2; start++) {
    const found = await find();
    if ('reason' in found) throw new Error(found.reason);
    await found.prepare();
  }
  expect(told().filter((line) => line.includes('volume rm'))).toHaveLength(1);
});

test.each([
  ['without an engine', 'echo away >&2; exit 1'],
  ['whose engine has no version', 'echo; exit 0'],
  ['that never answers', 'exec sleep 60'],
])('a docker %s is not used, and the launcher knows within a few seconds', async (_, info) => {
  installDocker(info);
  expect(await find()).toMatchObject({ reason: 'no Docker engine answers, or its Compose plugin is missing' });
  expect(told()).toEqual([]);
});

test('Temporal has the same settings in a container as without one', async () => {
  installDocker('echo 28.0.1; exit 0');
  const found = await temporal().find(context());
  if ('problems' in found) throw new Error(found.problems[0]?.what);
  const { launch } = await found.way.prepare();
  const args = launch?.args.join(' ') ?? '';
  expect(args).toContain('temporal-dev server start-dev --ip 0.0.0.0');
  expect(args).toContain('--search-attribute OrderId=Keyword');
  expect(args).toContain('--dynamic-config-value system.enableEagerWorkflowStart=true');
  expect(launch?.env).toMatchObject({ TEMPORAL_PORT: '4711', TEMPORAL_UI_PORT: '4711' });
});

test('Docker is not used for a Kafka that clients reach through proxies', async () => {
  installDocker('echo 28.0.1; exit 0');
  const found = await kafka(undefined, { part: 'proxies', port: 'kafka' }).find(context());
  expect('problems' in found && found.problems[0]?.what).toContain('no second port');
});
