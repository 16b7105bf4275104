import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleKey, loadWorkflowBundle, sourcesOf } from './bundle.ts';

const root = join(import.meta.dirname, '..');
const entries = [join(root, 'workflows/index.ts'), join(root, 'workflows/interceptors.ts')] as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecommerce-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sources = {
  'workflows/index.ts': `export { buy } from './buy.ts';`,
  'workflows/buy.ts': `import { sleep } from '@temporalio/workflow';
import {
  format,
} from '../proto/money.ts';
import type { Unused } from './unused.ts';
export const buy = async () => { await sleep(1); return format('from nowhere'); };`,
  'workflows/unused.ts': `export type Unused = 1;`,
  'workflows/client.ts': `export const client = 1;`,
  'proto/money.ts': `export * from './digits.ts';
export const format = (text: string) => text;`,
  'proto/digits.ts': `export const digits = 2;`,
};

/** The bundle key of `sources` with these changes. */
async function keyWith(changes: Partial<typeof sources>): Promise<string> {
  const copy = await mkdtemp(join(folder, 'copy-'));
  for (const [name, text] of Object.entries({ ...sources, ...changes })) {
    await mkdir(dirname(join(copy, name)), { recursive: true });
    await writeFile(join(copy, name), text);
  }
  return bundleKey(join(copy, 'workflows/index.ts'));
}

test.each(['workflows/index.ts', 'workflows/buy.ts', 'proto/money.ts', 'proto/digits.ts'] as const)(
  'a change of %s, which the bundle contains, changes the key',
  async (name) => {
    expect(await keyWith({ [name]: `${sources[name]}\nexport const more = 1;` })).not.toBe(await keyWith({}));
  },
);

test.each(['workflows/client.ts', 'workflows/unused.ts'] as const)(
  'a change of %s, which the bundle does not contain, keeps the key',
  async (name) => {
    expect(await keyWith({ [name]: 'export const more = 1;' })).toBe(await keyWith({}));
  },
);

test("the key covers every file of this project in the workers' bundle, and the bundle is cached under the key", async () => {
  const { code } = await loadWorkflowBundle(join(folder, 'cache'));
  const map = /sourceMappingURL=data:application\/json;charset=utf-8;base64,([\w+/=]+)\s*$/.exec(code)?.[1] ?? '';
  const bundled: { readonly sources: readonly string[] } = JSON.parse(Buffer.from(map, 'base64').toString());
  const { files, packages } = await sourcesOf(...entries);
  const ours = bundled.sources.filter((path) => path.startsWith(root) && path.endsWith('.ts'));
  const names = ours.filter((path) => !path.includes('node_modules')).map((path) => relative(root, path));
  expect(names).toContain('proto/money.ts');
  expect(names.filter((name) => !files.has(join(root, name)))).toEqual([]);
  expect([...packages].sort()).toEqual(['@temporalio/common', '@temporalio/worker', '@temporalio/workflow']);
  expect(await readdir(join(folder, 'cache'))).toEqual([`${await bundleKey(...entries)}.js`]);
});
