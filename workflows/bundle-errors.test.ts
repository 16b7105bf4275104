import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkflowCodeError } from './bundle-errors.ts';
import { makeBundle } from './bundle.ts';

const root = join(import.meta.dirname, '..');
let folder: string;
beforeAll(async () => {
  // In the checkout, so that the packages are found.
  await mkdir(join(root, '.state'), { recursive: true });
  folder = await mkdtemp(join(root, '.state/bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function failureOf(text: string): Promise<{ readonly error: Error; readonly file: string }> {
  const file = join(folder, 'buy.ts');
  await writeFile(file, text);
  await writeFile(join(folder, 'index.ts'), `export * from './buy.ts';`);
  const error: unknown = await makeBundle(join(folder, 'index.ts'), []).catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowCodeError)) throw new Error('no WorkflowCodeError', { cause: error });
  return { error, file: relative(root, file) };
}

test.each([
  ['a syntax error', 'export const a = 1;\nconst x = ;\n', 2, 'Expression expected'],
  ['a missing file', "import { b } from './nothing.ts';\nexport const a = b;\n", 1, "Can't resolve './nothing.ts'"],
])('%s of the workflow code is told with its file, its line and what is wrong', async (_, text, line, wrong) => {
  const { error, file } = await failureOf(text);
  const [, told = ''] = error.message.split('\n');
  expect(told).toContain(`${file}:${line}: ${wrong}`);
  for (const shown of [error.message, inspect(error)]) {
    expect(shown.split(wrong)).toHaveLength(2);
    expect(shown).not.toMatch(/troubleshooting|node_modules|Stack backtrace/);
  }
});

test('a syntax error is told with the code around it', async () => {
  const { error } = await failureOf('export const a = 1;\nconst x = ;\n');
  expect(error.message).toContain('const x = ;');
});

test.each(['fs', 'node:fs', 'node:fs/promises', 'http'])(
  'the import of %s, which a workflow must not use, is told with its file and its line',
  async (name) => {
    const { error, file } = await failureOf(
      `export const b = 1;\nimport * as bad from '${name}';\nexport const a = bad;\n`,
    );
    const [, ...told] = error.message.split('\n');
    expect(told).toEqual([`${file}:2: a workflow must not import '${name}'`, expect.stringContaining('activity')]);
  },
);

test('each file that imports such a module is told, and the errors beside it too', async () => {
  await writeFile(join(folder, 'other.ts'), "import 'node:net';\nexport const c = 1;\n");
  const { error, file } = await failureOf(
    "import { c } from './other.ts';\nimport { d } from './no.ts';\nexport { c, d };\nimport 'node:net';\n",
  );
  expect(error.message).toContain(`${file}:2: Can't resolve './no.ts'`);
  expect(error.message).toContain(`${file}:4: a workflow must not import 'node:net'`);
  expect(error.message).toContain(`${file.replace('buy.ts', 'other.ts')}:1: a workflow must not import 'node:net'`);
});
