import { rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { deleteData, foldersOf } from '../supervisor/folders.ts';
import { startStack } from '../supervisor/start.ts';
import { fixtureTopology, makeNotes } from '../testing/fixture.ts';
import type { Command } from './context.ts';
import { startPart, stopPart } from './parts.ts';
import { whyNotReady } from './readiness.ts';
import { status } from './status.ts';

const part = (title: string, state: Parameters<typeof whyNotReady>[0][number]['state'], startsWhenAsked = false) => ({
  title,
  state,
  startsWhenAsked,
});

test.each([
  [undefined, [part('Kafka', 'healthy'), part('Migrations', 'done'), part('sso (2)', 'stopped', true)]],
  ['Kafka is stopped', [part('Kafka', 'stopped'), part('Services', 'healthy')]],
  [
    'Kafka, Redis are stopped; Services are starting again',
    [part('Kafka', 'stopped'), part('Redis', 'stopped'), part('Services', 'restarting')],
  ],
  ['all services are starting', [part('Kafka', 'healthy'), part('All services', 'starting')]],
  ['all services are stopping', [part('Kafka', 'healthy'), part('All services', 'stopping')]],
  ['sso (2) is starting', [part('sso (2)', 'starting', true)]],
  ['Services failed; the log tells why', [part('Services', 'failed'), part('Kafka', 'stopped')]],
])('why a stack is not ready: %s', (why, parts) => {
  expect(whyNotReady(parts)).toBe(why);
});

test('status says that a part is stopped until it is started again, and its exit code is 0', async () => {
  const { folder: root, notes } = makeNotes();
  const topology = fixtureTopology('unit', notes, [{ name: 'kafka' }, { name: 'sso-2', startsWhenAsked: true }]);
  const stack = await startStack(topology, { root, callerEnv: {} });
  onTestFinished(async () => {
    await stack.stop();
    deleteData(foldersOf(root, 'unit'));
    rmSync(root, { recursive: true, force: true });
  });
  const on = async (command: Command, ...args: string[]) => {
    let output = '';
    const ending = { signal: new AbortController().signal, code: () => 1 };
    const code = await command({ root, env: {}, args, ending, print: (text) => (output += text) });
    return { code, output };
  };
  const told = async () => {
    const [text, json] = [await on(status), await on(status, '--json')];
    const { stacks } = JSON.parse(json.output) as { stacks: { ready: boolean; notReady?: string }[] };
    const { ready, notReady } = stacks[0] ?? {};
    return { codes: [text.code, json.code], header: text.output.split('\n')[0], ready, notReady };
  };
  const fine = { codes: [0, 0], header: 'unit: ready', ready: true, notReady: undefined };
  expect(await told()).toEqual(fine);
  await on(stopPart, 'kafka');
  const header = 'unit: not ready: kafka is stopped';
  expect(await told()).toEqual({ codes: [0, 0], header, ready: false, notReady: 'kafka is stopped' });
  await on(startPart, 'kafka');
  expect(await told()).toEqual(fine);
});
