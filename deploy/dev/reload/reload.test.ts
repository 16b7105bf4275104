import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../platform/testing/eventually.ts';
import { Failure } from '../bootstrap/failure.mjs';
import { reloadOnChange, type Reloading } from './reload.ts';

let root: string;
let reloading: Reloading;
const calls: string[] = [];
const failures: string[] = [];
let startPart: (part: string) => Promise<void>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reload-'));
  for (const folder of ['services', 'workflows', 'docs']) mkdirSync(join(root, folder));
  calls.length = 0;
  failures.length = 0;
  startPart = async () => undefined;
  reloading = begin(Date.now());
});

afterEach(async () => {
  await reloading.stop();
  rmSync(root, { recursive: true, force: true });
});

const begin = (since: number): Reloading =>
  reloadOnChange({
    root,
    stack: {
      stopPart: async (part) => void calls.push(`stop ${part}`),
      startPart: async (part) => {
        calls.push(`start ${part}`);
        await startPart(part);
      },
      kill: () => undefined,
    },
    parts: [
      { name: 'app', reloadsOn: ['services', 'workflows'] },
      { name: 'worker', reloadsOn: ['workflows'] },
    ],
    since,
    onChange: (file) => calls.push(`changed ${file}`),
    onFailure: (part, { message }) => failures.push(`${part} ${message}`),
  });

const write = (file: string) => writeFileSync(join(root, file), String(Math.random()));
const untilCalled = (...expected: string[]) =>
  eventually('the calls', () => expect(calls.slice(-expected.length)).toEqual(expected), {
    withinMs: 5_000,
    everyMs: 10,
  });

test('a change starts the parts again that run the file', async () => {
  write('services/a.ts');
  await untilCalled('changed services/a.ts', 'stop app', 'start app');
  write('workflows/b.ts');
  await untilCalled('changed workflows/b.ts', 'stop app', 'stop worker', 'start app', 'start worker');
  expect(failures).toEqual([]);
});

test('each save is noticed, in place or by rename, however often', async () => {
  const file = join(root, 'services/a.ts');
  const saves = {
    'by rename': () => {
      writeFileSync(`${file}.new~`, String(Math.random()));
      renameSync(`${file}.new~`, file);
    },
    'in place': () => appendFileSync(file, 'x'),
    'by another file in its place': () => {
      unlinkSync(file);
      write('services/a.ts');
    },
  };
  write('services/a.ts');
  await untilCalled('changed services/a.ts', 'stop app', 'start app');
  for (const save of [...Object.values(saves), ...Object.values(saves)]) {
    calls.length = 0;
    save();
    await untilCalled('changed services/a.ts', 'stop app', 'start app');
  }
  expect(failures).toEqual([]);
});

test('a file that changed while the parts started is noticed', async () => {
  await reloading.stop();
  const since = Date.now();
  write('services/a.ts');
  reloading = begin(since);
  await untilCalled('changed services/a.ts', 'stop app', 'start app');
  expect(failures).toEqual([]);
});

test('files of a new folder, and their end, are noticed', async () => {
  mkdirSync(join(root, 'services/reviews/domain'), { recursive: true });
  write('services/reviews/domain/add.ts');
  await untilCalled('changed services/reviews/domain/add.ts', 'stop app', 'start app');
  for (const change of [
    () => write('services/reviews/domain/add.ts'),
    () => unlinkSync(join(root, 'services/reviews/domain/add.ts')),
  ]) {
    calls.length = 0;
    change();
    await untilCalled('changed services/reviews/domain/add.ts', 'stop app', 'start app');
  }
  expect(failures).toEqual([]);
});

test('files that no process runs change nothing', async () => {
  write('docs/page.md');
  write('services/a.test.ts');
  write('services/a.md');
  mkdirSync(join(root, 'services/testing'));
  write('services/testing/fake.ts');
  write('services/a.ts');
  await untilCalled('changed services/a.ts', 'stop app', 'start app');
  expect(calls).toHaveLength(3);
});

test('a part that cannot start tells why, and starts after the next change', async () => {
  startPart = async () => {
    throw new Failure('ended (exit code 1)');
  };
  write('services/a.ts');
  await eventually('the failure', () => expect(failures).toEqual(['app ended (exit code 1)']), { withinMs: 5_000 });
  startPart = async () => undefined;
  write('services/a.ts');
  await untilCalled('stop app', 'start app');
  expect(failures).toHaveLength(1);
});

test('a change while a part starts replaces it at once, and nobody is told that it failed', async () => {
  const starting = Promise.withResolvers<void>();
  startPart = () => starting.promise;
  write('services/a.ts');
  await untilCalled('stop app', 'start app');
  startPart = async () => undefined;
  write('services/b.ts');
  await untilCalled('start app', 'stop app');
  starting.reject(new Failure('app: stopped'));
  await untilCalled('changed services/b.ts', 'stop app', 'start app');
  expect(failures).toEqual([]);
});
