import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deleteData, foldersOf } from '../supervisor/folders.ts';
import { startStack } from '../supervisor/start.ts';
import { fixtureTopology, makeNotes, type FixturePart } from '../testing/fixture.ts';
import type { Command } from './context.ts';
import { processEnded } from './part-now.ts';
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
  ['all services are not taking calls', [part('Kafka', 'healthy'), part('All services', 'unready')]],
  ['sso (2) is starting', [part('sso (2)', 'starting', true)]],
  ['Services failed; the log tells why', [part('Services', 'failed'), part('Kafka', 'stopped')]],
])('why a stack is not ready: %s', (why, parts) => {
  expect(whyNotReady(parts)).toBe(why);
});

interface Told {
  readonly codes: readonly number[];
  readonly text: readonly string[];
  readonly ready: boolean;
  readonly notReady?: string;
  readonly parts: readonly {
    readonly name: string;
    readonly state: string;
    readonly restarts: number;
    readonly log: string;
  }[];
}

/** A stack of fixtures, and what the commands tell of it. */
async function startFixtures(parts: readonly FixturePart[]) {
  const { folder: root, notes } = makeNotes();
  const stack = await startStack(fixtureTopology('unit', notes, parts), { root, callerEnv: {} });
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
  const told = async (): Promise<Told> => {
    const [text, json] = [await on(status), await on(status, '--json')];
    const { stacks } = JSON.parse(json.output) as { stacks: [Omit<Told, 'codes' | 'text'>] };
    return { ...stacks[0], codes: [text.code, json.code], text: text.output.split('\n') };
  };
  return { notes, on, told };
}

test('status says that a part is stopped until it is started again, and its exit code is 0', async () => {
  const { on, told } = await startFixtures([{ name: 'kafka' }, { name: 'sso-2', startsWhenAsked: true }]);
  const expectFine = async () => {
    const { codes, text, ready, notReady } = await told();
    expect({ codes, header: text[0], ready, notReady }).toEqual({
      codes: [0, 0],
      header: 'unit: ready',
      ready: true,
      notReady: undefined,
    });
  };
  await expectFine();
  await on(stopPart, 'kafka');
  const { codes, text, ready, notReady } = await told();
  expect({ codes, ready, notReady }).toEqual({ codes: [0, 0], ready: false, notReady: 'kafka is stopped' });
  expect(text[0]).toBe('unit: not ready: kafka is stopped');
  await on(startPart, 'kafka');
  await expectFine();
});

test('status asks the apps: one whose process runs and that takes no calls is not ready', async () => {
  const { notes, told } = await startFixtures([{ name: 'wallet' }, { name: 'cart' }]);
  writeFileSync(`${notes}.wallet.away`, '');
  const { text, ready, parts } = await told();
  expect({ header: text[0], ready }).toEqual({ header: 'unit: not ready: wallet is not taking calls', ready: false });
  expect(parts.map(({ name, state }) => `${name}: ${state}`)).toEqual(['wallet: unready', 'cart: healthy']);
  rmSync(`${notes}.wallet.away`);
  expect((await told()).text[0]).toBe('unit: ready');
});

test('status counts the restarts of the processes that share a port', async () => {
  const { told } = await startFixtures([{ name: 'app' }]);
  const log = (await told()).parts[0]?.log ?? '';
  // The error of a start that failed has the stacks of its causes.
  const err = { stack: 'at start\n'.repeat(20_000) };
  const crash = (time: string) =>
    appendFileSync(log, `${JSON.stringify({ time, process: 1, err, msg: processEnded })}\n`);
  for (let count = 0; count < 3; count++) crash('2026-01-01T00:00:00.000Z');
  const { parts, text } = await told();
  expect(parts).toMatchObject([{ name: 'app', state: 'healthy', restarts: 3 }]);
  expect(text[1]).toMatch(/app +healthy, 3 restarts +pid/);
  expect(text[0]).toBe('unit: ready');
  for (let count = 0; count < 4; count++) crash(new Date().toISOString());
  const later = await told();
  expect(later).toMatchObject({ ready: true, parts: [{ restarts: 7, restartsLately: 4 }] });
  expect(later.text[0]).toBe('unit: ready, but 4 processes of app ended within a minute; the log tells why');
  // The parent of the processes writes these words.
  expect(readFileSync(join(import.meta.dirname, '../../../runtime/processes/children.ts'), 'utf8')).toContain(
    processEnded,
  );
});
