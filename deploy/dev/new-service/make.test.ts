import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSteps, write } from './make.ts';
import { namesOf } from './names.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'new-service-'));
  writeFileSync(join(root, 'list.txt'), 'as it was');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const planOf = (created: Readonly<Record<string, string>>) => ({
  names: namesOf('gift'),
  ports: { http: 1, grpc: 2 },
  created: new Map(Object.entries(created)),
  edited: new Map([['list.txt', 'as it will be']]),
});

test('all of a plan is written', () => {
  write(root, planOf({ 'services/gift/app.ts': 'app', 'gift.proto': 'proto' }));
  expect(readFileSync(join(root, 'list.txt'), 'utf8')).toBe('as it will be');
  expect(readFileSync(join(root, 'services/gift/app.ts'), 'utf8')).toBe('app');
});

test('where one file can not be written, none is left changed', () => {
  // A file stands where a folder would have to be.
  expect(() => write(root, planOf({ 'services/gift/app.ts': 'app', 'list.txt/inside': '' }))).toThrow(
    'none was changed',
  );
  expect(readdirSync(root)).toEqual(['list.txt']);
  expect(readFileSync(join(root, 'list.txt'), 'utf8')).toBe('as it was');
});

test('a step that fails names what is left to do, and the steps after it do not run', async () => {
  const step = (title: string, code: string) =>
    ({ title, command: ['node', '--eval', code], byHand: `npm run ${title}` }) as const;
  const steps = [step('first', ''), step('second', 'console.log("oh"); process.exit(3)'), step('third', '')];
  const seen: string[] = [];
  const { signal } = new AbortController();
  const running = runSteps(steps, { root, env: process.env, signal, onStep: (title) => seen.push(title) });
  await expect(running).rejects.toMatchObject({
    message: 'All files are written, but this step failed: second (npm run second).',
    suggestion: expect.stringContaining('run npm run second && npm run third'),
  });
  expect(seen).toEqual(['first', 'second']);
  expect(readFileSync(join(root, '.state/new-service.log'), 'utf8')).toBe('oh\n');
});
