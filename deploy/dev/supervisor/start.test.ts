import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { identityOf } from '../bootstrap/identity.mjs';
import { addNote, aliveIn, type FixturePart, fixtureTopology, makeNotes, readNotes } from '../testing/fixture.ts';
import { takePort } from '../testing/taken-port.ts';
import { attachStack } from './attach.ts';
import { deleteData, foldersOf } from './folders.ts';
import { PreflightFailure } from './preflight.ts';
import type { StackEvent } from './part.ts';
import type { OwnStack } from './stack.ts';
import { startStack } from './start.ts';
import { readState } from './state.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(parts: readonly FixturePart[], callerEnv: NodeJS.ProcessEnv = {}) {
  const { folder, notes } = makeNotes();
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const events: StackEvent[] = [];
  const seen = new Set<() => void>();
  const onEvent = (event: StackEvent) => {
    events.push(event);
    for (const look of seen) look();
  };
  const folders = foldersOf(folder, 'unit');
  closers.push(() => deleteData(folders));
  const stack: OwnStack = await startStack(fixtureTopology('unit', notes, parts), { root: folder, callerEnv, onEvent });
  closers.push(() => stack.stop());
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => (condition() ? resolve() : undefined);
      seen.add(look);
      look();
    });
  const stagesOf = (part: string) => events.filter((event) => event.part === part).map(({ stage }) => stage);
  return { stack, notes, events, until, stagesOf, stateFile: folders.stateFile };
}

test('a part starts after the parts that it depends on are healthy, and stops before them', async () => {
  const { stack, events, notes } = await start([
    { name: 'app', dependsOn: ['migrate'] },
    { name: 'migrate', behaviour: 'task', dependsOn: ['db'] },
    { name: 'db' },
  ]);
  const path = events.filter(({ stage }) => stage !== 'waiting').map(({ part, stage }) => `${part} ${stage}`);
  expect(path).toEqual([
    'db starting',
    'db healthy',
    'migrate starting',
    'migrate done',
    'app starting',
    'app healthy',
  ]);
  await stack.stop();
  expect(readNotes(notes).slice(-2)).toEqual(['app stops', 'db stops']);
  expect(aliveIn(notes)).toEqual([]);
});

test('a killed part is started again, and none of its old processes is left', async () => {
  const { stack, until, stagesOf, notes } = await start([{ name: 'app' }]);
  const before = aliveIn(notes);
  const pid = stack.pid('app');
  stack.kill('app');
  await until(() => stagesOf('app').filter((stage) => stage === 'healthy').length === 2);
  expect(stack.pid('app')).not.toBe(pid);
  expect(before.map(identityOf)).toEqual([undefined, undefined]);
  expect(aliveIn(notes)).toHaveLength(2);
});

test('a part that stopPart has stopped stays down until startPart', async () => {
  const { stack, notes, stagesOf } = await start([{ name: 'app' }]);
  await stack.stopPart('app');
  expect(aliveIn(notes)).toEqual([]);
  expect(stack.pid('app')).toBeUndefined();
  addNote(notes, 'the test goes on');
  await stack.startPart('app');
  expect(aliveIn(notes)).toHaveLength(2);
  expect(stagesOf('app').filter((stage) => stage === 'restarting')).toEqual([]);
});

test('several stops of a part at once are told as one', async () => {
  const { stack, notes, stagesOf } = await start([{ name: 'app' }]);
  await Promise.all([stack.stopPart('app'), stack.stopPart('app'), stack.stopPart('app')]);
  await stack.stopPart('app');
  expect(aliveIn(notes)).toEqual([]);
  expect(stagesOf('app').slice(-3)).toEqual(['healthy', 'stopping', 'stopped']);
});

test('a part with startsWhenAsked is stopped until startPart, and then behaves like any other', async () => {
  const { stack, notes, stateFile, stagesOf } = await start([
    { name: 'app' },
    { name: 'app-2', startsWhenAsked: true },
  ]);
  expect(aliveIn(notes)).toHaveLength(2);
  expect(readState(stateFile)?.parts.map(({ name, stage }) => `${name} ${stage}`)).toEqual([
    'app healthy',
    'app-2 stopped',
  ]);
  expect(stack.pid('app-2')).toBeUndefined();
  await stack.startPart('app-2');
  expect(stagesOf('app-2')).toEqual(['stopped', 'starting', 'healthy']);
  expect(aliveIn(notes)).toHaveLength(4);
  await stack.stopPart('app-2');
  expect(aliveIn(notes)).toHaveLength(2);
});

test('through the state file another process can see, kill, stop and start the parts of a stack', async () => {
  const { stack, stateFile, until, stagesOf, notes } = await start([{ name: 'app' }]);
  const attached = attachStack(stateFile);
  expect(attached.urls).toEqual(stack.urls);
  expect(attached.env).toEqual(stack.env);
  expect(attached.pid('app')).toBe(stack.pid('app'));
  attached.kill('app');
  await until(() => stagesOf('app').filter((stage) => stage === 'healthy').length === 2);
  await attached.stopPart('app');
  expect(aliveIn(notes)).toEqual([]);
  await attached.startPart('app');
  expect(stack.pid('app')).toBe(attached.pid('app'));
  await expect(attached.stopPart('gone')).rejects.toThrow('There is no part called gone');
});

test('the state file describes each part, and is deleted when the stack stops', async () => {
  const { stack, stateFile } = await start([{ name: 'app' }]);
  expect(readState(stateFile)).toMatchObject({
    profile: 'unit',
    ready: true,
    supervisor: { pid: process.pid, identity: identityOf(process.pid) },
    parts: [{ name: 'app', stage: 'healthy', pid: stack.pid('app'), from: 'fixture', restarts: 0 }],
  });
  await stack.stop();
  expect(readState(stateFile)).toBeUndefined();
});

test('the preflight reports all busy ports at once, each with the process that has it, and starts nothing', async () => {
  const servers = await Promise.all([listen(), listen()]);
  const parts = servers.map((fixed, at) => ({ name: `part${at}`, port: { fixed } }));
  const failure = await start([...parts, { name: 'third' }]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PreflightFailure);
  if (!(failure instanceof PreflightFailure)) return;
  expect(failure.problems).toEqual(
    servers.map((port, at) => ({
      part: `part${at}`,
      what: expect.stringMatching(new RegExp(`^port ${port} is used by pid ${process.pid} \\(.+\\)$`)),
      fix: expect.stringContaining(`kill ${process.pid}, or choose another port: FIXTURE_PORT=`),
    })),
  );
});

test('a part is not healthy while another program answers at its port', async () => {
  const { stack, stateFile } = await start([{ name: 'app' }, { name: 'other' }]);
  await stack.stopPart('app');
  const port = Number(new URL(stack.urls['app'] ?? '').port);
  const stranger = createServer((_, response) => void response.end());
  closers.push(() => void stranger.close());
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
  await expect(stack.startPart('app')).rejects.toThrow(
    `app: ended (exit code 1); port ${port} is used by pid ${process.pid} (`,
  );
  expect(readState(stateFile)?.parts.map(({ name, stage }) => `${name} ${stage}`)).toEqual([
    'app failed',
    'other healthy',
  ]);
});

test('a part that ends is told once as starting again', async () => {
  const { stack, until, stagesOf } = await start([{ name: 'app' }]);
  stack.kill('app');
  await until(() => stagesOf('app').filter((stage) => stage === 'healthy').length === 2);
  expect(stagesOf('app')).toEqual(['starting', 'healthy', 'restarting', 'healthy']);
});

test('if a part fails to start, the parts that have started are stopped', async () => {
  const { folder, notes } = makeNotes();
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const topology = fixtureTopology('unit', notes, [
    { name: 'db' },
    { name: 'app', behaviour: 'fail', dependsOn: ['db'] },
  ]);
  closers.push(() => deleteData(foldersOf(folder, 'unit')));
  await expect(startStack(topology, { root: folder, callerEnv: {} })).rejects.toThrow('app: ended (exit code 7)');
  expect(aliveIn(notes)).toEqual([]);
  expect(readNotes(notes)).toContain('db stops');
});

async function listen(): Promise<number> {
  const { port, free } = await takePort();
  closers.push(free);
  return port;
}
