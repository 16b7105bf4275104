import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createEmptyDatabase, type TestDatabase } from '../../platform/testing/database.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import { root } from './bootstrap/paths.mjs';
import { answerBefore } from './commands/catalogue.ts';
import { topologyOf } from './commands/topologies.ts';
import { launch } from './testing/launcher.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(root, '.vscode', file), 'utf8').replaceAll(/^\s*\/\/.*$/gm, ''));
const { inputs, configurations } = z
  .object({
    inputs: z.array(z.object({ id: z.string(), default: z.string() })),
    configurations: z.array(
      z.object({
        name: z.string(),
        preLaunchTask: z.string().optional(),
        program: z.literal('${workspaceFolder}/deploy/dev/bootstrap.mjs'),
        args: z.array(z.string()),
        env: z.record(z.string(), z.string()).default({}),
      }),
    ),
  })
  .parse(read('launch.json'));
const { tasks } = z
  .object({ tasks: z.array(z.object({ label: z.string(), command: z.string() })) })
  .parse(read('tasks.json'));

/** A configuration, with the editor's variables filled in. */
function configured(name: string, openFile = '') {
  const found = configurations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no configuration is called ${name}`);
  const fill = (text: string) =>
    inputs.reduce((filled, input) => filled.replace(`\${input:${input.id}}`, input.default), text);
  return { ...found, args: found.args.map((arg) => fill(arg).replace('${relativeFile}', openFile)) };
}

let database: TestDatabase;
const running: ChildProcess[] = [];
beforeAll(async () => {
  database = await createEmptyDatabase('debug');
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGTERM');
});
afterAll(() => database.close());

/** The addresses of these servers count as the user's own, so that a stack of this checkout does not matter. */
const ownServers = () => ({ ECOMMERCE_SET_BY_LAUNCHER: '', DATABASE_URL: database.url });

function start(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(root, 'deploy/dev/bootstrap.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, ...ownServers(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output: () => output, ended };
}

test('a task before a configuration starts what the configuration needs', async () => {
  const commands = new Map(tasks.map(({ label, command }) => [label, command.split(' ')]));
  expect(configurations.flatMap(({ preLaunchTask = [] }) => preLaunchTask)).toEqual([...commands.keys()]);
  for (const [npm, run, name = '', , ...args] of commands.values()) {
    expect([npm, run]).toEqual(['npm', 'run']);
    expect(answerBefore(name, args)).toBeUndefined();
  }
  const { parts } = await topologyOf({ profile: 'dev', infraOnly: true, env: {} });
  expect(parts.map(({ name }) => name)).toEqual(['postgres', 'redis', 'kafka', 'temporal', 'migrate']);
});

test('all services run in one process, at the port of PORT, and the command line reaches them', async () => {
  const migrated = start(['run', 'runtime/migrate.ts'], { SEED: 'true' });
  expect(await migrated.ended, migrated.output()).toBe(0);
  const { args, env } = configured('All services in one process');
  const services = start(args, { ...env, PORT: '0', GRPC_PORT: '0' });
  const url = await eventually(
    'the address of the services',
    () => {
      const found = / ready .*http="(http:[^"]+)/.exec(services.output())?.[1];
      if (found === undefined) throw new Error(services.output());
      return found;
    },
    { withinMs: 60_000 },
  );
  const answer = await fetch(`${url}/api/v1/products?page_size=1`);
  expect(await answer.json()).toMatchObject({ products: [{ productId: expect.any(String) }] });
  const command = configured('The command line');
  const listed = start(command.args, { ...command.env, ECOMMERCE_API_URL: url });
  expect(await listed.ended, listed.output()).toBe(0);
});

test.each([
  ['The tests of the open file', 'deploy/dev/supervisor/graph.test.ts'],
  ['A workflow, by one of its tests', ''],
])('%s', async (name, file) => {
  const { args, env } = configured(name, file);
  const launcher = launch(args, { parts: [{ name: 'part' }], env: { ...ownServers(), ...env } });
  expect(await launcher.ended, launcher.output()).toBe(0);
  expect(launcher.output()).toMatch(/Tests .*passed/);
  await launcher.clear();
});
