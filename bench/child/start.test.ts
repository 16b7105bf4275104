import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startChild, type Child } from './start.ts';

interface Tasks extends Record<string, (input: never) => Promise<unknown>> {
  readonly double: (input: number) => Promise<number>;
  readonly refuse: (input: undefined) => Promise<never>;
  readonly end: (input: undefined) => Promise<never>;
}

const program = `import { serve } from '${pathToFileURL(join(import.meta.dirname, 'serve.ts')).href}';
serve({
  double: async (number, marks) => {
    marks.began();
    marks.ended();
    return 2 * number;
  },
  refuse: async () => {
    throw new Error('no');
  },
  end: async () => process.exit(3),
});`;

let folder: string;
let child: Child<Tasks>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-'));
  writeFileSync(join(folder, 'program.mjs'), program);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  child = await startChild<Tasks>(join(folder, 'program.mjs'));
});
afterEach(() => child.stop());

test('a task gives its output, and tells when its measured time begins and ends', async () => {
  const marks = { began: vi.fn<() => void>(), ended: vi.fn<() => void>() };
  expect(await child.run('double', 4, marks)).toBe(8);
  expect([marks.began, marks.ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});

test('a task that fails is an error, and the child goes on', async () => {
  await expect(child.run('refuse', undefined)).rejects.toThrow('no');
  expect(await child.run('double', 1)).toBe(2);
});

test('a child that ends during a task is an error', async () => {
  await expect(child.run('end', undefined)).rejects.toThrow(/^the process child-\w+ ended \(exit code 3\)$/);
});
